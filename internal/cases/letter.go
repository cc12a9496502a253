package cases

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
	"yimen/internal/platform/serial"
)

// LetterKind is one of the written, dated documents the law asks for.
type LetterKind string

// The letters (art. 32 (2), art. 38).
const (
	AcceptanceLetter LetterKind = "acceptance" // 受理通知书
	CorrectionLetter LetterKind = "correction" // 补正告知书
	DeclineLetter    LetterKind = "decline"    // 不予受理决定书
	RefusalLetter    LetterKind = "refusal"    // 不予许可决定书
	ResultLetter     LetterKind = "result"     // 准予决定书, where the result is no licence

	SuspensionLetter  LetterKind = "suspension"  // 特别程序告知书 (art. 45)
	ExtensionLetter   LetterKind = "extension"   // 延长办理期限告知书 (art. 42)
	LapseLetter       LetterKind = "lapse"       // 逾期未补正告知书
	TerminationLetter LetterKind = "termination" // 终止办理通知书
)

// sign is the letter's character in a 文号: 潮安市监〔受〕〔2026〕12号.
var sign = map[LetterKind]string{
	AcceptanceLetter: "受", CorrectionLetter: "补", DeclineLetter: "不受", RefusalLetter: "不许", ResultLetter: "准",
	SuspensionLetter: "特", ExtensionLetter: "延", LapseLetter: "退", TerminationLetter: "终",
}

// Text is everything a letter says; the printer turns it into bytes that are
// never rendered again.
type Text struct {
	Kind        LetterKind
	Reference   string // 文号
	From        Masthead
	To          string
	Number      gov.CaseNumber
	Token       string // for the QR code to the public status page
	ItemName    string
	ResultName  string
	Permit      bool     // the item is a 行政许可; others follow the act by analogy
	Basis       []string // the item's own articles
	On          clock.Date
	Submitted   clock.Date // the day itself, not the day from which limits run
	Accepted    clock.Date
	Due         clock.Date // the promise, or the last day for a correction
	Statutory   clock.Date
	Provisional bool
	Reason      string
	Article     string
	WhereToGo   string // for a decline: the right place
	Remedies    bool   // reconsideration and lawsuit, with their periods
	Defects     []Defect
	Deemed      bool   // an acceptance by silence, back-dated (art. 32)
	Procedure   string // the special procedure that begins
	Days        int    // working days it takes, or days of an extension
	Unit        clock.Unit
	Former      clock.Date // the date before an extension
	Because     []Because  // where each date comes from
}

// Because is one date of a letter with what it was counted from.
type Because struct {
	Name clock.Name // '' for the time to answer a correction
	Sum  clock.Sum
}

// Letter is an issued letter, without its words.
type Letter struct {
	ID        string
	Kind      LetterKind
	Reference string
	IssuedAt  now.Instant
	Hash      string // SHA-256 of the bytes, hex
}

// issue counts the 文号, prints and freezes the letter in the act's transaction.
func (s *Service) issue(ctx context.Context, tx *db.Tx, c *Case, l Text) (reference string, err error) {
	if l.From, err = s.bodies.Masthead(ctx, tx, c.Body); err != nil {
		return "", err
	}
	rules, err := s.items.Rules(ctx, c.LocalItem)
	if err != nil {
		return "", err
	}
	l.Permit, l.Basis, l.Submitted = rules.Permit, rules.LegalBasis, today(c.SubmittedAt)
	l.On = today(tx.Now())
	if l.Accepted.IsZero() {
		l.Accepted = c.AcceptedOn
	}
	year := l.On.Year()
	n, err := serial.Next(ctx, tx, fmt.Sprintf("letter/%s/%s/%d", c.Body, l.Kind, year))
	if err != nil {
		return "", err
	}
	l.Reference = fmt.Sprintf("%s（%s）〔%d〕%d号", l.From.ShortName, sign[l.Kind], year, n)
	l.To, l.Number, l.Token, l.ItemName = c.ApplicantName, c.Number, c.Token, c.ItemName
	html, template, err := s.printer.Print(l)
	if err != nil {
		return "", fault.Internal(err, "cases.letter")
	}
	sum := sha256.Sum256(html)
	lid := id.New()
	return l.Reference, tx.Exec(ctx, `INSERT INTO letter (id, cases, kind, body, year, serial, reference, issued_at,
		template, content, hash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`,
		lid, c.ID, string(l.Kind), c.Body, year, n, l.Reference, int64(tx.Now()), template,
		s.sealer.Seal(html, "letter.content:"+lid), hex.EncodeToString(sum[:]))
}

// Letters lists a case's letters, oldest first.
func (s *Service) Letters(ctx context.Context, actor gov.Actor, caseID string) ([]Letter, error) {
	c, err := load(ctx, s.db, caseID)
	if err != nil {
		return nil, err
	}
	if err := allow(actor, c, MaySee(actor, c)); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT id, kind, reference, issued_at, hash FROM letter WHERE cases = $1 ORDER BY id`, c.ID)
	return db.All(rows, err, func(s db.Scanner) (l Letter, err error) {
		err = s.Scan(&l.ID, &l.Kind, &l.Reference, &l.IssuedAt, &l.Hash)
		return l, err
	})
}

// LetterBytes gives a letter as it was issued, byte for byte, to who may see the
// form behind it.
func (s *Service) LetterBytes(ctx context.Context, actor gov.Actor, letterID string) ([]byte, error) {
	var caseID, content, hash string
	err := s.db.Row(ctx, `SELECT cases, content, hash FROM letter WHERE id = $1`, letterID).Scan(&caseID, &content, &hash)
	if db.NoRows(err) {
		return nil, fault.Missing("cases.missing")
	}
	if err != nil {
		return nil, err
	}
	c, err := load(ctx, s.db, caseID)
	if err != nil {
		return nil, err
	}
	if err := allow(actor, c, MaySeeForm(actor, c)); err != nil {
		return nil, err
	}
	html, err := s.sealer.Open(content, "letter.content:"+letterID)
	if err != nil {
		return nil, fault.Internal(err, "cases.unreadable", "where", "letter")
	}
	if sum := sha256.Sum256(html); hex.EncodeToString(sum[:]) != hash {
		return nil, fault.Internal(nil, "cases.letter_changed")
	}
	return html, nil
}

package apptest

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
)

// Valid values for each type of field; numbers belong to nobody.
var samples = map[form.Type]string{
	form.String: "示例内容", form.Text: "示例内容，供演示使用", form.Integer: "3", form.Decimal: "86.5", form.Money: "12.50",
	form.Boolean: "true", form.Date: "2020-05-06", form.IDCard: "990000199003070037", form.USCC: "", form.Phone: "13000000001",
	form.Email: "demo@example.org", form.Region: "445103", form.Address: "潮安区示例路1号", form.BankAccount: "6200000000000000",
}

// special are elements whose own rule wants a certain form.
var special = map[string]string{
	"birth_cert_no": "A123456789", "hukou_number": "990000001", "industry_code": "6210", "realestate_unit_no": "9900000000000000000000000000",
	"vehicle_vin":        "LDEMA000000000001",
	"disability_card_no": "99000019900307003342", "power_account_no": "9900000001", "water_account_no": "990001", "gas_account_no": "990001",
	"build_scale": "示例规模：总建筑面积一千平方米，地上三层，地下一层，供演示使用。", "apply_reason": "示例申请理由，供演示使用，不涉及真实的人。",
}

// Sample gives an answer that the field's own rule accepts.
func Sample(t testing.TB, x form.Field) form.Value {
	t.Helper()
	if v, ok := special[x.Key]; ok {
		return form.Plain(v)
	}
	if strings.HasSuffix(x.Key, "_id_number") {
		x.Type = form.IDCard
	}
	switch x.Type {
	case form.Enum:
		return form.Plain(x.Options[0])
	case form.Table:
		row := form.Row{}
		for _, c := range x.TableColumns() {
			row[c.Key] = Sample(t, form.Field{Key: c.Key, Type: c.Type, Options: c.Options}).Text
		}
		return form.Value{Rows: []form.Row{row}}
	case form.File:
		return form.Value{}
	case form.USCC:
		code, err := gov.ComposeCreditCode("91990000YMT00001")
		if err != nil {
			t.Fatal(err)
		}
		return form.Plain(string(code))
	case form.IDCard:
		n, err := gov.ComposeIDNumber("99000019900307003")
		if err != nil {
			t.Fatal(err)
		}
		return form.Plain(string(n))
	}
	return form.Plain(samples[x.Type])
}

// PNG is a small picture, as a phone would send.
func PNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 32, 32))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Complete answers every required field that is not filled yet and puts a file in
// every required slot.
func Complete(t testing.TB, a *app.App, actor gov.Actor, x *applications.Application) *applications.Application {
	t.Helper()
	def, err := a.Applications.Definition(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range def.Groups {
		for _, p := range g.Pages {
			answers := form.Answers{}
			asked := 0
			for _, f := range p.Fields {
				if f.Type == form.File {
					continue
				}
				asked++
				answers[f.Key] = x.Answers[f.Key]
				if answers[f.Key].IsZero() && (f.Required || def.Form.RequiredNow(f, x.Answers)) {
					answers[f.Key] = Sample(t, f)
				}
			}
			if asked == 0 {
				continue
			}
			if x, err = a.Applications.Save(t.Context(), actor, x.ID, x.Version(), p.ID, answers, false); err != nil {
				t.Fatalf("%s, page %s: %v", x0(x), p.ID, err)
			}
		}
	}
	for _, s := range def.Slots {
		if s.Required {
			if x, err = a.Applications.Attach(t.Context(), actor, x.ID, x.Version(), s.Key, "照片.png", bytes.NewReader(PNG(t))); err != nil {
				t.Fatalf("%s, slot %s: %v", def.Item, s.Key, err)
			}
		}
	}
	return x
}

func x0(x *applications.Application) string {
	if x == nil {
		return "application"
	}
	return x.Item
}

// Filed starts, completes and files an application for the item at the region.
func Filed(t testing.TB, a *app.App, actor gov.Actor, item, region string) *applications.Application {
	t.Helper()
	g, err := a.Catalogue.GuideAt(t.Context(), item, region)
	if err != nil {
		t.Fatal(err)
	}
	x, err := a.Applications.Start(t.Context(), actor, g.Local.ID, false)
	if err != nil {
		t.Fatalf("%s: %v", item, err)
	}
	x = Complete(t, a, actor, x)
	if x, err = a.Applications.File(t.Context(), actor, x.ID, x.Version(), true); err != nil {
		t.Fatalf("%s: %v", item, err)
	}
	return x
}

// Today is the legal date of the app's clock.
func Today(a *app.App) clock.Date { return clock.DateOf(a.Now().Time()) }

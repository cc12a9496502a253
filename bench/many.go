package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"
	"time"

	"yimen/internal/app"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/pgtest"
	"yimen/seed"
)

var founder = identity.System("bench", gov.Import)

// many imports n items: the real ones, multiplied under the names of real towns
// and with turns of phrase, so that names differ as they would.
func many(ctx context.Context, a *app.App, n int) (time.Duration, error) {
	real, problems, err := set.Read(seed.Catalogue(), set.Known{})
	if err != nil || len(problems) > 0 {
		return 0, errors.Join(err, problems)
	}
	places := places(real)
	base := real.Len()
	for i := base; i < n; i++ {
		item, err := real.Item(i % base)
		if err != nil {
			return 0, err
		}
		k := i / base
		item.ID = fmt.Sprintf("%s-%d", item.ID, k)
		item.Code = fmt.Sprintf("%s-%d", item.Code, k)
		item.Name = places[k%len(places)] + item.Name + turns[(k+i)%len(turns)]
		if err := real.AddItem(item); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	if _, err := a.Catalogue.ImportSet(ctx, founder, real, nil); err != nil {
		return 0, err
	}
	_, err = a.Catalogue.ImportSynonyms(ctx, founder, seed.Synonyms())
	return time.Since(began), err
}

var turns = []string{"", "（变更）", "（延续）", "（补办）", "（注销）", "（简易）", "（临时）", "初审", "备案", "（分支机构）", "（个人）"}

func places(s *set.Set) []string {
	var out []string
	for _, r := range s.Regions {
		if r.Level == "镇" || r.Level == "县" {
			out = append(out, r.Name)
		}
	}
	return out
}

// queries are what people type: two to seven characters, two words, pinyin.
var queries = []string{"食品", "许可", "食品经营", "spjyxk", "开饭馆", "社保卡", "公积金提取", "居住证", "身份证", "营业执照", "道路运输", "危险货物运输",
	"出生 登记", "医保 转移", "shehuibaozhang", "古巷镇 食品", "残疾人证", "老年", "不动产登记", "gjj", "退休", "护士", "烟草", "结婚", "落户", "彩塘 许可",
	"林木采伐", "建设用地规划", "排水", "户外广告"}

func searching(ctx context.Context, b *bench) ([]figure, error) {
	a, err := openEmpty(ctx, map[string]string{"data": scratch(b, "search")})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	took, err := many(ctx, a, b.items)
	if err != nil {
		return nil, err
	}
	stop, err := watch(ctx, a)
	if err != nil {
		return nil, err
	}
	defer stop()
	began := time.Now()
	if _, err := a.Catalogue.Search(ctx, catalogue.SearchQuery{Text: "食品"}); err != nil {
		return nil, err
	}
	built := time.Since(began)
	const rounds = 4000
	times := make([]time.Duration, 0, rounds)
	for i := range rounds {
		began := time.Now()
		if _, err := a.Catalogue.Search(ctx, catalogue.SearchQuery{Text: queries[i%len(queries)], Limit: 20}); err != nil {
			return nil, err
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	ms := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Microseconds()) / 1000 }
	return []figure{
		{Name: fmt.Sprintf("import of %d items", b.items), Value: took.Seconds(), Unit: "s"},
		{Name: fmt.Sprintf("index of %d items, until the first answer", b.items), Value: built.Seconds(), Unit: "s"},
		{Name: "search, p50", Value: ms(0.5), Unit: "ms", Note: "with the items' rows read"},
		figure{Name: "search, p99", Value: ms(0.99), Unit: "ms"}.atMost(5, "ms"),
	}, nil
}

// memory runs the real program on its own over 100,000 items and reads what the
// system says it holds: settled after 10,000 searches, and the peak while the
// index is built anew.
func memory(ctx context.Context, b *bench) ([]figure, error) {
	server, err := pgtest.Launch(ctx, pgtest.Config{})
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	options := map[string]string{"data": scratch(b, "memory"), "db": server.URL}
	a, err := openEmpty(ctx, options)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if _, err := many(ctx, a, b.items); err != nil {
		return nil, err
	}
	binary := filepath.Join(b.dir, "yimen")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/yimen")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	child, base, err := start(ctx, binary, options)
	if err != nil {
		return nil, err
	}
	defer child.Process.Kill()
	for i := range 10_000 {
		if err := ask(ctx, base, queries[i%len(queries)]); err != nil {
			return nil, err
		}
	}
	time.Sleep(5 * time.Second)
	settled, err := resident(child.Process.Pid, "VmRSS")
	if err != nil {
		return nil, err
	}
	peak, err := rebuild(ctx, a, child.Process.Pid, base)
	return []figure{
		figure{Name: fmt.Sprintf("resident memory with %d items, settled", b.items), Value: settled, Unit: "MB"}.atMost(400, "MB"),
		{Name: "peak while the index is built anew", Value: peak, Unit: "MB"},
	}, err
}

func openEmpty(ctx context.Context, options map[string]string) (*app.App, error) {
	return openApp(ctx, options, nil)
}

var address = regexp.MustCompile(`http://[0-9.:]+`)

func start(ctx context.Context, binary string, options map[string]string) (*exec.Cmd, string, error) {
	child := exec.CommandContext(ctx, binary, "serve", "--listen", "127.0.0.1:0", "--data", options["data"], "--db", options["db"])
	out, err := child.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := child.Start(); err != nil {
		return nil, "", err
	}
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if err != nil {
		return nil, "", err
	}
	go io.Copy(io.Discard, out)
	base := address.FindString(string(buf[:n]))
	for range 600 { // the first search waits for the index
		if ask(ctx, base, "食品") == nil {
			return child, base, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, "", errors.New("the server does not search")
}

func ask(ctx context.Context, base, q string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/search?q="+url.QueryEscape(q), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(res.Status)
	}
	return err
}

// rebuild moves the catalogue's generation and watches the child build its index.
func rebuild(ctx context.Context, a *app.App, pid int, base string) (float64, error) {
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil { // VmHWM starts anew
		return 0, err
	}
	word := fstest.MapFS{"synonyms.yaml": {Data: []byte("synonyms:\n- {words: [测速词], means: [食品经营许可]}\n")}}
	if _, err := a.Catalogue.ImportSynonyms(ctx, founder, word); err != nil {
		return 0, err
	}
	time.Sleep(30 * time.Second)
	if err := ask(ctx, base, "测速词"); err != nil {
		return 0, err
	}
	return resident(pid, "VmHWM")
}

// resident reads a line of /proc/PID/status in MB.
func resident(pid int, line string) (float64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for _, l := range strings.Split(string(data), "\n") {
		if rest, ok := strings.CutPrefix(l, line+":"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no %s in the status of %d", line, pid)
}

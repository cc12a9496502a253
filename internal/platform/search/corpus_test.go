package search

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
)

// corpus makes varied documents that are the same in every run: names like those of a catalogue, texts of words whose
// frequencies fall as those of a language do (Zipf), so that posting lists have real lengths.
type corpus struct {
	random *rand.Rand
	zipf   *rand.Zipf
	words  []string
}

var (
	places  = strings.Fields("东湖区 西岭县 南塘镇 北桥街道 青石村 白沙镇 红花岭 清水湾 古榕镇 凤塘镇 浮洋镇 龙湖镇 金石镇 沙溪镇 彩塘镇 东凤镇 庵埠镇 江东镇 归湖镇 文祠镇 凤凰镇 赤凤镇 铁铺镇 官塘镇 意溪镇 磷溪镇")
	objects = strings.Fields("食品经营 食品生产 药品零售 医疗器械 特种设备 危险化学品 道路运输 网络预约出租汽车 建设工程 商品房 林木采伐 取水 排污 民办学校 教师资格 医师执业 护士执业 公共场所卫生 娱乐场所 营业性演出 出版物零售 文物保护 宗教活动 社会团体 企业设立 企业变更 个体工商户 农民专业合作社 身份证 居住证 户口迁移 出生医学证明 婚姻 收养 殡葬服务 残疾人证 低保 养老保险 失业保险 工伤认定 住房公积金 不动产 渔业捕捞 动物防疫 农药经营 种子生产 饲料添加剂 烟草专卖 燃气经营 消防验收 人力资源服务 劳务派遣 律师执业 公证 法律援助 退役军人 高龄津贴 义务教育入学 重庆小面 长乐银行")
	actions = strings.Fields("许可 备案 登记 核发 变更 注销 延续 审批 审核 申领 补领 换领 认定 确认 年审 转移 抵押 查询 公示 补贴申请")
	extras  = []string{"", "", "（新办）", "（延续）", "（变更）", "（注销）", "（首次）", "（县级权限）"}
)

func newCorpus() *corpus {
	r := rand.New(rand.NewPCG(1, 2))
	c := &corpus{random: r, zipf: rand.NewZipf(r, 1.1, 8, 19_999)}
	for range 20_000 {
		size := 2 + r.IntN(2)
		w := make([]rune, size)
		for i := range w {
			// Characters, too, are of unequal frequency: squaring crowds them at the front of three thousand.
			f := r.Float64()
			w[i] = 0x4E00 + rune(f*f*3000)*6
		}
		c.words = append(c.words, string(w))
	}
	return c
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func (c *corpus) name() string {
	// A made-up word in every name keeps nearly all of 100,000 names different.
	return pick(c.random, places) + c.words[c.random.IntN(len(c.words))] + pick(c.random, objects) + pick(c.random, actions) + pick(c.random, extras)
}

func (c *corpus) text() string {
	var b strings.Builder
	for n := 0; n < 150; {
		w := c.words[c.zipf.Uint64()]
		switch c.random.IntN(12) {
		case 0:
			w = pick(c.random, objects)
		case 1:
			w = pick(c.random, actions)
		case 2:
			w += "，"
		}
		b.WriteString(w)
		n += len(w) / 3
	}
	return b.String()
}

func (c *corpus) doc(i int) Doc {
	name := c.name()
	return Doc{
		ID: fmt.Sprintf("0199b1a0-0000-7000-8000-%012d", i), Name: name,
		Aliases: []string{pick(c.random, objects) + "证", c.words[c.random.IntN(len(c.words))]},
		Text:    c.text(),
		Tags: []string{
			"audience:" + pick(c.random, []string{"person", "organisation"}), fmt.Sprintf("level:%d", c.random.IntN(4)),
			fmt.Sprintf("department:%02d", c.random.IntN(43)), fmt.Sprintf("region:4451%02d%03d", c.random.IntN(4), c.random.IntN(120)),
		},
	}
}

func (c *corpus) docs(n int) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for i := range n {
			if !yield(c.doc(i), nil) {
				return
			}
		}
	}
}

// queries are what people type: two to seven characters out of names and texts, two words, initials, pinyin whole and cut.
func (c *corpus) queries(x *Index, n int) []Query {
	out := make([]Query, 0, n)
	for i := range n {
		name := []rune(x.names.at(int32(c.random.IntN(x.count))))
		size := min(len(name), 2+c.random.IntN(6))
		at := c.random.IntN(len(name) - size + 1)
		q := Query{Text: string(name[at : at+size])}
		switch i % 10 {
		case 0, 1:
			q.Text = pick(c.random, objects) + " " + pick(c.random, actions)
		case 2:
			q.Text = pick(c.random, objects)
		case 3:
			q.Text = c.words[c.zipf.Uint64()] + c.words[c.zipf.Uint64()]
		case 4:
			q.Text = c.typedAs(x, q.Text, false)
		case 5:
			q.Text = c.typedAs(x, pick(c.random, objects), true)
		case 6:
			q.Text = pick(c.random, actions)
		}
		if i%3 == 0 {
			q.Filter = [][]string{{"audience:person"}, {fmt.Sprintf("region:4451%02d*", c.random.IntN(4))}}
		}
		out = append(out, q)
	}
	return out
}

// typedAs writes a name as initials or pinyin.
func (c *corpus) typedAs(x *Index, name string, whole bool) string {
	var cut cutter
	var b strings.Builder
	for _, s := range x.sounds.speak(cut.cut(name, maxName), nil) {
		if len(s.syllables) == 0 {
			continue
		}
		spelled := x.sounds.syllables[s.syllables[0]]
		if !whole {
			spelled = spelled[:1]
		}
		b.WriteString(spelled)
	}
	return b.String()
}

package ui

import (
	"net/url"

	"yimen/internal/platform/fault"
)

// GalleryForm is the form of the gallery page as first shown.
func GalleryForm() Form {
	return Form{Values: url.Values{
		"name": {"周虚拟"}, "area": {"86.5"}, "found": {"2026-02-06"}, "kind": {"B"}, "ticks": {"A", "C"},
		"people.0.name": {"孙样例"}, "people.1.name": {"李样本"}, "home.0": {"445100000000"}, "given": {"小满面馆（虚构）"},
	}}
}

// GalleryFaults are faults on a few of its inputs.
func GalleryFaults() fault.Fields {
	var f fault.Fields
	f.Add("area", "faults.whole_number")
	f.Add("found", "faults.date_none")
	f.Add("kind", "faults.choose")
	f.Add("people.1.name", "faults.required")
	return f
}

// GalleryFields are inputs of every kind.
func GalleryFields() []Field {
	options := []Option{{Value: "A", Label: "热食类"}, {Value: "B", Label: "冷食类", Hint: "凉菜、冷荤"}, {Value: "C", Label: "糕点类"}}
	return []Field{
		{Name: "name", Label: "姓名", Hint: "与证件上一致", Complete: "name", Max: 50},
		{Name: "area", Label: "经营场所的面积", Kind: KindNumber, Unit: "平方米", Width: WidthShort, Hint: "按建筑面积填写"},
		{Name: "given", Label: "单位名称", ReadOnly: true, Source: "电子营业执照，2月11日取得"},
		{Name: "found", Label: "成立日期", Kind: KindDate, Hint: "例如 2026 年 2 月 6 日"},
		{Name: "text", Label: "说明", Kind: KindArea, Optional: true, Lines: 3},
		{Name: "kind", Label: "经营项目", Kind: KindRadios, Options: options},
		{Name: "ticks", Label: "还经营什么", Kind: KindChecks, Options: options, Optional: true},
		{Name: "pick", Label: "主体业态", Kind: KindSelect, Options: options},
		{Name: "online", Label: "是否网络经营", Kind: KindBool},
		{Name: "home", Label: "经营场所地址", Kind: KindAddress, Levels: []Level{
			{Label: "市", Options: []Option{{Value: "445100000000", Label: "潮州市"}, {Value: "440100000000", Label: "广州市"}}},
			{Label: "县（区）", Options: []Option{{Value: "445103000000", Label: "潮安区"}}},
		}},
		{Name: "people", Label: "食品安全管理人员", Kind: KindTable, Columns: []Field{
			{Name: "name", Label: "姓名"}, {Name: "phone", Label: "手机", Mode: "tel"},
		}},
		{Name: "scan", Label: "布局和流程图", Kind: KindFile, Hint: "可以拍照。每个文件不超过 20 MB，最多 9 个", Files: Files{
			Multiple: true, Accept: "image/jpeg,image/png,application/pdf",
			Have: []File{{ID: "1", Name: "布局图.jpg", Size: "1.2 MB", Href: "#", State: "已核对", Tone: ToneOK}},
		}},
		{Name: "secret", Label: "密码", Kind: KindPassword, Complete: "new-password"},
	}
}

// GalleryFlow is a bundle: one filing, four departments at once.
func GalleryFlow(wide bool) Flow {
	return Flow{
		Wide:  wide,
		Title: "开办餐饮店：一次提交，四个部门同时办，全部办结后可以开业",
		Nodes: []FlowNode{
			{ID: "file", Title: "一次提交", Sub: "2月11日（周三）", Tone: ToneOK},
			{ID: "food", Title: "食品经营许可", Sub: "市监局 · 审查中", End: "2月26日（周四）", Tone: ToneNow},
			{ID: "sign", Title: "户外招牌备案", Sub: "城管局 · 已办结", End: "2月12日（周四）", Tone: ToneOK},
			{ID: "fire", Title: "公众聚集场所投入使用、营业前消防安全检查", Sub: "消防救援 · 审查中", End: "2月26日（周四）", Tone: ToneNow},
			{ID: "tobacco", Title: "烟草零售许可", Sub: "烟草局 · 等您补正", End: "补正后 5 个工作日", Tone: ToneWarn},
			{ID: "open", Title: "可以开业"},
		},
		Edges: []FlowEdge{
			{From: "file", To: "food"}, {From: "file", To: "sign"}, {From: "file", To: "fire"}, {From: "file", To: "tobacco"},
			{From: "food", To: "open"}, {From: "sign", To: "open"}, {From: "fire", To: "open"}, {From: "tobacco", To: "open"},
		},
	}
}

// GalleryStages is the flow of one item with its return for correction.
func GalleryStages() Flow {
	return Flow{
		Title: "办理流程：提交申请、受理、审查与现场核查、决定、送达；材料不齐时一次告知补正",
		Nodes: []FlowNode{
			{ID: "file", Title: "提交申请", Sub: "您 · 网上或窗口", End: "今天 2月11日", Tone: ToneNow},
			{ID: "accept", Title: "受理", Sub: "综合窗口", End: "1 个工作日"},
			{ID: "review", Title: "审查与现场核查", Sub: "市监局", End: "4 个工作日"},
			{ID: "decide", Title: "决定", Sub: "市监局负责人", End: "1 个工作日"},
			{ID: "deliver", Title: "送达", Sub: "出件窗口", End: "1 个工作日", Tone: ToneOK},
		},
		Edges: []FlowEdge{
			{From: "file", To: "accept"}, {From: "accept", To: "review"}, {From: "review", To: "decide"}, {From: "decide", To: "deliver"},
			{From: "accept", To: "file", Label: "材料不齐：5 个工作日内一次告知"},
		},
	}
}

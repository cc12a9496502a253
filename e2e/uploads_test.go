package e2e

import (
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// uploads: files sent by script, with a bar, are acknowledged on the page that follows, for the clerk as for the
// resident (whose story is residence); a file that is refused is named there and the others are kept.
func uploads(t *testing.T, s *harness.Server) {
	clerk := come(t, s, "clerk2", harness.Desk)
	clerk.Open("/counter")
	clerk.Fill("q", idNumber("19660606", 661))
	clerk.Press("查找")
	clerk.Press("登记来访人")
	clerk.Fill("姓名", "古丽·示例")
	clerk.Choose("证件类型", "居民身份证")
	clerk.Fill("手机号码", "13000000661")
	clerk.Fill("查验了什么", "居民身份证原件，人证一致")
	clerk.Press("登记并继续")
	clerk.Fill("搜索事项", "jzz")
	clerk.Press("查找")
	clerk.Within("居住证申领").Press("开始填写")
	clerk.MustSee("代 古丽·示例 填写")
	draft := clerk.URL()
	at := strings.Index(draft, "/counter/drafts/") + len("/counter/drafts/")
	clerk.Open(draft[:at+36] + "/materials")
	clerk.Upload("material.living_proof", photo(t, "合同第一页.jpg"), photo(t, "合同第二页.jpg"))
	clerk.Press("上传，留在本页")
	clerk.MustSee("已收下 2 个文件", "合同第一页.jpg", "合同第二页.jpg")
	clerk.look("uploads-01-kept")
	clerk.Reload()
	clerk.MustSee("合同第一页.jpg")
	clerk.MustNotSee("已收下 2 个文件")
	clerk.Upload("material.living_proof", photo(t, "合同第三页.jpg"))
	clerk.Press("保存并继续")
	clerk.MustSee("已收下 1 个文件")
}

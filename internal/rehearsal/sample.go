package rehearsal

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
)

// samples are answers by type of field; numbers belong to nobody.
var samples = map[form.Type]string{
	form.String: "示例内容", form.Text: "示例内容，供演示使用", form.Integer: "3", form.Decimal: "86.5", form.Money: "12.50",
	form.Boolean: "true", form.Date: "2020-05-06", form.Phone: "13000000001", form.Email: "demo@example.org",
	form.Region: "445103", form.Address: "潮安区示例路1号", form.BankAccount: "6200000000000000",
}

// special are elements whose own rule wants a certain form.
var special = map[string]string{
	"birth_cert_no": "A123456789", "hukou_number": "990000001", "industry_code": "6210",
	"realestate_unit_no": "9900000000000000000000000000", "vehicle_vin": "LDEMA000000000001",
	"disability_card_no": "99000019900307003342", "power_account_no": "9900000001", "water_account_no": "990001",
	"gas_account_no": "990001", "build_scale": "示例规模：总建筑面积一千平方米，地上三层，地下一层，供演示使用。",
	"apply_reason": "示例申请理由，供演示使用，不涉及真实的人。",
}

// Sample gives an answer that the field's own rule accepts; nth tells credit
// codes apart, because two organisations cannot have the same.
func Sample(x form.Field, nth int) form.Value {
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
			row[c.Key] = Sample(form.Field{Key: c.Key, Type: c.Type, Options: c.Options}, nth).Text
		}
		return form.Value{Rows: []form.Row{row}}
	case form.File:
		return form.Value{}
	case form.USCC:
		return form.Plain(creditCode(nth))
	case form.IDCard:
		n, err := gov.ComposeIDNumber("99000019900307003")
		if err != nil {
			panic(err) // a constant
		}
		return form.Plain(string(n))
	}
	return form.Plain(samples[x.Type])
}

func creditCode(nth int) string {
	code, err := gov.ComposeCreditCode(fmt.Sprintf("91990000YM%06d", 900_000+nth%100_000))
	if err != nil {
		panic(err) // digits and letters of the alphabet only
	}
	return string(code)
}

// Picture is a small PNG, as a phone would send.
func Picture() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 48, 48))); err != nil {
		panic(err) // writing to memory
	}
	return b.Bytes()
}

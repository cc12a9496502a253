package kittest

import (
	"net/url"

	"yimen/internal/platform/htmlcheck"
)

// Sends is what a browser would send from the page's form with this action when
// its reader presses an unnamed button at once: hidden inputs, prefilled values,
// ticked boxes, chosen options. A test changes what the reader types and posts it.
func (a *Answer) Sends(action string) url.Values {
	out := url.Values{}
	within := "form[action=" + action + "] "
	for _, n := range a.Doc.Find(within + "input") {
		at := htmlcheck.Attributes(n)
		_, checked := at["checked"]
		switch kind := at["type"]; {
		case at["name"] == "" || kind == "file" || kind == "submit":
		case (kind == "radio" || kind == "checkbox") && !checked:
		default:
			out.Add(at["name"], at["value"])
		}
	}
	for _, n := range a.Doc.Find(within + "textarea") {
		text := ""
		if n.FirstChild != nil {
			text = n.FirstChild.Data // a textarea holds nothing but text
		}
		out.Add(htmlcheck.Attributes(n)["name"], text)
	}
	for _, n := range a.Doc.Find(within + "select") {
		value := ""
		for o := n.FirstChild; o != nil; o = o.NextSibling {
			at := htmlcheck.Attributes(o)
			if _, selected := at["selected"]; selected {
				value = at["value"]
			}
		}
		out.Add(htmlcheck.Attributes(n)["name"], value)
	}
	return out
}

// Links are the addresses of the page's links whose text is this.
func (a *Answer) Links(text string) []string {
	var out []string
	for _, n := range a.Doc.Find("a") {
		if htmlcheck.Text(n) == text {
			out = append(out, htmlcheck.Attributes(n)["href"])
		}
	}
	return out
}

package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
)

// huma checks every body against its schema and writes English sentences with the
// offending value in them. Here its sentences become codes, so that the reader
// gets his own language and no value; what is not known by name becomes
// api.bad_value.
func init() {
	for message, code := range map[*string]string{
		&validation.MsgUnexpectedProperty:            "api.unknown_member",
		&validation.MsgExpectedRFC3339DateTime:       "api.format_instant",
		&validation.MsgExpectedRFC3339Date:           "api.format_date",
		&validation.MsgExpectedMatchAtLeastOneSchema: "api.type_answer",
		&validation.MsgExpectedBoolean:               "api.type_boolean",
		&validation.MsgExpectedNumber:                "api.type_number",
		&validation.MsgExpectedInteger:               "api.type_integer",
		&validation.MsgExpectedString:                "api.type_string",
		&validation.MsgExpectedArray:                 "api.type_array",
		&validation.MsgExpectedObject:                "api.type_object",
	} {
		*message = code
	}
	for message, code := range map[*string]string{ // with one argument of ours
		&validation.MsgExpectedOneOf:            "api.one_of",
		&validation.MsgExpectedMinimumNumber:    "api.at_least",
		&validation.MsgExpectedMaximumNumber:    "api.at_most",
		&validation.MsgExpectedMinLength:        "api.too_short",
		&validation.MsgExpectedMaxLength:        "api.too_long",
		&validation.MsgExpectedMatchPattern:     "api.pattern",
		&validation.MsgExpectedBePattern:        "api.pattern",
		&validation.MsgExpectedMinItems:         "api.few_items",
		&validation.MsgExpectedMaxItems:         "api.many_items",
		&validation.MsgExpectedMaxProperties:    "api.many_items",
		&validation.MsgExpectedRequiredProperty: "api.required",
	} {
		*message = code + separator + "%v"
	}
}

const separator = "\x1f"

// mostErrors are told at once; a body of a megabyte can hold a hundred thousand.
const mostErrors = 50

// ofHuma turns what huma found wrong with a request into a problem.
func ofHuma(ctx context.Context, status int, msg string, errs []error) *Problem {
	switch status {
	case http.StatusUnprocessableEntity:
		return newProblem(ctx, status, fields(errs).Err(), nil)
	case http.StatusRequestEntityTooLarge:
		limit, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(msg, "request body is too large limit="), " bytes"), 10, 64)
		return newProblem(ctx, status, fault.Invalid(httpd.CodeTooLarge, "limit", lang.Size(limit)), nil)
	case http.StatusUnsupportedMediaType:
		return newProblem(ctx, status, fault.Invalid("api.media_type"), nil)
	case http.StatusBadRequest:
		if len(errs) == 0 {
			return newProblem(ctx, status, fault.Invalid("api.no_body"), nil)
		}
		return newProblem(ctx, status, fault.Invalid("api.not_json"), nil)
	case http.StatusRequestTimeout:
		return newProblem(ctx, status, fault.Invalid("api.slow_body"), nil)
	}
	err := errors.Join(errs...)
	if limit, ok := httpd.TooLarge(err); ok {
		return newProblem(ctx, http.StatusRequestEntityTooLarge, fault.Invalid(httpd.CodeTooLarge, "limit", lang.Size(limit)), nil)
	}
	if msg == "cannot read request body" { // the program hung up, or its line did
		return newProblem(ctx, http.StatusBadRequest, fault.Invalid("api.slow_body"), nil)
	}
	return newProblem(ctx, http.StatusInternalServerError, err, nil)
}

func fields(errs []error) fault.Fields {
	var out fault.Fields
	for _, err := range errs {
		if len(out) == mostErrors {
			break
		}
		var e *huma.ErrorDetail
		if errors.As(err, &e) {
			out = append(out, field(e))
		}
	}
	if len(out) == 0 { // never without a reason
		out.Add("", "api.bad_value")
	}
	return out
}

// field reads one finding: where, and what by our code.
func field(e *huma.ErrorDetail) fault.Field {
	f := fault.Field{Path: place(e.Location)}
	code, arg, has := strings.Cut(e.Message, separator)
	switch {
	case code == "api.required" && has:
		f.Path = strings.TrimPrefix(f.Path+"."+arg, ".")
		f.Code = code
	case strings.HasPrefix(code, "api."):
		f.Code = code
		if code == "api.unknown_member" { // its name is the caller's: told only if it looks like one of ours
			f.Path = shown(f.Path)
		}
		if has {
			f.Args = fault.Args{"n": arg}
		}
	case strings.HasPrefix(code, "required ") && strings.HasSuffix(code, " parameter is missing"):
		f.Code = "api.parameter_required"
	case code == "unknown query parameter":
		f.Code = "api.parameter_unknown"
	default:
		f.Code = "api.bad_value"
	}
	return f
}

// place turns body.defects[2].key into defects.2.key; parameters keep their place
// in front (query.limit).
func place(location string) string {
	location = strings.NewReplacer("[", ".", "]", "").Replace(location)
	if location == "body" {
		return ""
	}
	return strings.TrimPrefix(location, "body.")
}

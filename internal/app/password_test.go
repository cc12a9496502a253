package app_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/identity"
)

// TestTemporaryPassword leads every page of a session with a temporary password
// to the page that changes it.
func TestTemporaryPassword(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	admin := apptest.As(t, a, "admin", gov.Web)
	_, password, err := a.Identity.CreateStaff(t.Context(), admin, identity.StaffInput{Name: "新示例", Login: "newcomer", Region: "445103"})
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.Identity.SignIn(t.Context(), "newcomer", password, identity.Origin{Channel: gov.Web})
	if err != nil {
		t.Fatal(err)
	}
	router := a.Router()
	for path, want := range map[string]int{"/desk/cases": http.StatusSeeOther, "/account": http.StatusSeeOther, "/account/password": http.StatusOK, "/": http.StatusOK} {
		r := httptest.NewRequest(http.MethodGet, "https://yimen.example"+path, nil)
		r.AddCookie(&http.Cookie{Name: "__Host-yimen_session", Value: in.Token})
		w := httptest.NewRecorder()
		router.ServeHTTP(w, r)
		if w.Code != want || (want == http.StatusSeeOther && w.Header().Get("Location") != "/account/password") {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
}

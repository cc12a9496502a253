package httpd

import (
	"net"
	"net/http"
	"strings"
)

// BehindProxy puts the visitor's address into RemoteAddr: the last entry of
// X-Forwarded-For, which is the one our own proxy wrote. Entries before it are
// whatever the visitor sent. Without a proxy the header is not believed at all.
func BehindProxy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lines := r.Header.Values("X-Forwarded-For")
		if len(lines) > 0 {
			all := strings.Split(lines[len(lines)-1], ",")
			if ip := net.ParseIP(strings.TrimSpace(all[len(all)-1])); ip != nil {
				r.RemoteAddr = net.JoinHostPort(ip.String(), "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}

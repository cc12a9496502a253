package app

import "yimen/internal/platform/config"

// Prefix begins every option's name in the environment.
const Prefix = "YIMEN_"

// Options is the one table of what can be configured; docs/reference/config.md
// is made from it.
var Options = []config.Option{
	{Name: "data", Kind: config.Text, Default: "var", Example: "/var/lib/yimen", Help: "data directory: embedded database, key file, attachments"},
	{Name: "db", Kind: config.Text, Example: "postgres://yimen@localhost/yimen", Help: "PostgreSQL instead of the embedded database", Secret: true},
	{Name: "db-conns", Kind: config.Number, Default: "16", Example: "16", Help: "most database connections of this process"},
	{Name: "keys", Kind: config.Text, Example: "/etc/yimen/keys.json", Help: "key file; default: keys.json in the data directory"},
	{Name: "listen", Kind: config.Text, Default: "127.0.0.1:8080", Example: ":8080", Help: "address to serve on; port 0 takes a free one"},
	{Name: "public-url", Kind: config.URL, Example: "https://zwfw.example.org", Help: "where people reach us, for QR codes and links; default: the address served on"},
	{Name: "behind-proxy", Kind: config.Switch, Default: "false", Example: "true", Help: "a reverse proxy of ours is in front: the visitor's address is the last one in X-Forwarded-For"},
	{Name: "installation", Kind: config.Text, Default: "yimen", Example: "445100-yimen", Help: "name of this installation in every event"},
	{Name: "site-name", Kind: config.Text, Default: "潮安区政务服务", Example: "潮安区政务服务", Help: "name under the brand"},
	{Name: "region", Kind: config.Text, Default: "445103", Example: "445103", Help: "region whose items people see first"},
	{Name: "dev", Kind: config.Switch, Default: "false", Example: "true", Help: "development: /ui gallery and /fixtures; never in production"},
	{Name: "workers", Kind: config.Number, Default: "2", Example: "4", Help: "jobs at a time"},
	{Name: "api-rate", Kind: config.Number, Default: "6000", Example: "6000", Help: "requests a minute that one account of a department's system may make"},
	{Name: "log", Kind: config.Text, Default: "text", Example: "json", Help: "log format, text or json"},
	{Name: "smtp-addr", Kind: config.Text, Example: "mail.example.org:587", Help: "mail server that sends our messages; without one no mail is sent"},
	{Name: "smtp-security", Kind: config.Text, Default: "starttls", Example: "tls", Help: "how the connection to it is encrypted: starttls, tls, or none for one on the same machine"},
	{Name: "smtp-user", Kind: config.Text, Example: "no-reply@zwfw.example.org", Help: "account at that server, if it asks for one"},
	{Name: "smtp-password", Kind: config.Text, Example: "…", Help: "password of that account", Secret: true},
	{Name: "smtp-from", Kind: config.Text, Example: "no-reply@zwfw.example.org", Help: "sender of our mails"},
	{Name: "sms-url", Kind: config.URL, Example: "https://sms.example.org/v1/texts", Help: "SMS gateway that sends our messages; without one no SMS is sent"},
	{Name: "sms-token", Kind: config.Text, Example: "…", Help: "token for that gateway", Secret: true},
	{Name: "s3-endpoint", Kind: config.Text, Example: "s3.example.org:9000", Help: "S3-compatible store for attachments instead of the data directory"},
	{Name: "s3-bucket", Kind: config.Text, Default: "yimen", Example: "yimen", Help: "bucket in that store"},
	{Name: "s3-region", Kind: config.Text, Example: "cn-south-1", Help: "region of that store"},
	{Name: "s3-access-key", Kind: config.Text, Example: "AKIA…", Help: "access key of that store", Secret: true},
	{Name: "s3-secret-key", Kind: config.Text, Example: "…", Help: "secret key of that store", Secret: true},
	{Name: "s3-insecure", Kind: config.Switch, Default: "false", Example: "true", Help: "plain http to that store, for tests on one machine"},
}

package blob

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"yimen/internal/platform/now"
)

// S3Options say where an S3-compatible store is.
type S3Options struct {
	Endpoint  string // host:port, without scheme
	TLS       bool
	Bucket    string // must exist: who makes buckets decides on region, versions and backup
	Region    string // "" asks the store
	Prefix    string // before every name, such as "yimen/"; "" none
	AccessKey string
	SecretKey string
	Transport http.RoundTripper // nil takes minio's; a test or a proxy gives its own
}

// S3 is a Store in a bucket of an S3-compatible service.
type S3 struct {
	core   minio.Core
	bucket string
	prefix string
}

// NewS3 prepares the client; it sends nothing, see Check.
func NewS3(o S3Options) (*S3, error) {
	client, err := minio.New(o.Endpoint, &minio.Options{
		Creds:        credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure:       o.TLS,
		Region:       o.Region,
		Transport:    o.Transport,
		BucketLookup: minio.BucketLookupAuto,
		MaxRetries:   4, // a person waits; jobs have their own retries
	})
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &S3{core: minio.Core{Client: client}, bucket: o.Bucket, prefix: o.Prefix}, nil
}

// Put sends the bytes in one request, so that a broken upload leaves no parts behind; the service confirms their checksum.
func (s *S3) Put(ctx context.Context, name string, r io.ReadSeeker, size int64) error {
	if !validName(name) {
		return errName
	}
	_, err := s.core.Client.PutObject(ctx, s.bucket, s.prefix+name, r, size, minio.PutObjectOptions{
		ContentType:      "application/octet-stream",
		DisableMultipart: true,
		SendContentMd5:   true,
	})
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// Open gives the bytes of name; reading ends with ctx.
func (s *S3) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if !validName(name) {
		return nil, errName
	}
	body, _, _, err := s.core.GetObject(ctx, s.bucket, s.prefix+name, minio.GetObjectOptions{})
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return body, nil
}

// Delete removes name. In a bucket with versions the old version stays until the bucket's own rule removes it.
func (s *S3) Delete(ctx context.Context, name string) error {
	if !validName(name) {
		return errName
	}
	err := s.core.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// List pages through the bucket below the prefix.
func (s *S3) List(ctx context.Context) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for o := range s.core.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
			if o.Err != nil {
				yield(Object{}, fmt.Errorf("blob: %w", o.Err))
				return
			}
			name := strings.TrimPrefix(o.Key, s.prefix)
			if !validName(name) {
				continue
			}
			if !yield(Object{Name: name, Size: o.Size, At: now.FromTime(o.LastModified)}, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Object{}, err)
		}
	}
}

// Check asks whether the bucket is there and may be used.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.core.BucketExists(ctx, s.bucket)
	if err != nil {
		return fmt.Errorf("blob: the file store does not answer; check endpoint, region and access key: %w", err)
	}
	if !there {
		return fmt.Errorf("blob: there is no bucket %q in the file store; make it, or correct its name in the configuration", s.bucket)
	}
	return nil
}

package main

import "context"

func overHTTP(context.Context, *bench) ([]figure, error) { return nil, nil }

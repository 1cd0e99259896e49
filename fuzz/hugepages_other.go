//go:build !linux

package fuzz

// hugePages does nothing here.
func hugePages[T any]([]T) {}

// Package main is goldmark with what GitHub adds to Markdown.
package main

import (
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// Markdown renders CommonMark with GitHub's tables, strikethrough, autolinks
// and task lists.
var Markdown = goldmark.New(goldmark.WithExtensions(extension.GFM))

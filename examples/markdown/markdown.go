// Package main turns Markdown into HTML, with goldmark.
package main

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM))

// Render gives the HTML of a Markdown text: CommonMark with GitHub's tables,
// strikethrough, autolinks and task lists.
func Render(source string) (string, error) {
	var html bytes.Buffer
	err := markdown.Convert([]byte(source), &html)
	return html.String(), err
}

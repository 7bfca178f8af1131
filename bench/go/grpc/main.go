// Command grpc is hashicorp/go-plugin by gRPC: started by hand it starts itself
// as the plugin, and prints what calls cost in nanoseconds.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Values is what the plugin serves: the same as in bench/go/values.
type Values interface {
	Add(n int64) (int64, error)
	Texts() ([]string, error)
	Count(texts []string) (int64, error)
}

const many = 1000

type counter struct{ count int64 }

func (c *counter) Add(n int64) (int64, error) {
	c.count += n
	return c.count, nil
}

func (c *counter) Texts() ([]string, error) {
	list := make([]string, many)
	for i := range list {
		list[i] = fmt.Sprint("text number ", i)
	}
	return list, nil
}

func (c *counter) Count(texts []string) (int64, error) { return int64(len(texts)), nil }

// What protoc would write.

type service struct{ impl Values }

func unary[T any](call func(s *service, in *T) (any, error)) func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
	return func(s any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := new(T)
		if err := decode(in); err != nil {
			return nil, err
		}
		return call(s.(*service), in)
	}
}

var description = grpc.ServiceDesc{
	ServiceName: "Values",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		{MethodName: "Add", Handler: unary(func(s *service, in *wrapperspb.Int64Value) (any, error) {
			sum, err := s.impl.Add(in.Value)
			return wrapperspb.Int64(sum), err
		})},
		{MethodName: "Texts", Handler: unary(func(s *service, _ *emptypb.Empty) (any, error) {
			texts, err := s.impl.Texts()
			return textsOf(texts), err
		})},
		{MethodName: "Count", Handler: unary(func(s *service, in *fieldmaskpb.FieldMask) (any, error) {
			count, err := s.impl.Count(in.Paths)
			return wrapperspb.Int64(count), err
		})},
	},
}

// textsOf is a message of nothing but texts that comes with protobuf.
func textsOf(texts []string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: texts} }

type client struct{ connection *grpc.ClientConn }

func (c client) invoke(method string, in, out any) error {
	return c.connection.Invoke(context.Background(), "/Values/"+method, in, out)
}

func (c client) Add(n int64) (int64, error) {
	out := &wrapperspb.Int64Value{}
	err := c.invoke("Add", wrapperspb.Int64(n), out)
	return out.Value, err
}

func (c client) Texts() ([]string, error) {
	out := &fieldmaskpb.FieldMask{}
	err := c.invoke("Texts", &emptypb.Empty{}, out)
	return out.Paths, err
}

func (c client) Count(texts []string) (int64, error) {
	out := &wrapperspb.Int64Value{}
	err := c.invoke("Count", textsOf(texts), out)
	return out.Value, err
}

type valuesPlugin struct {
	plugin.NetRPCUnsupportedPlugin
}

func (valuesPlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	server.RegisterService(&description, &service{&counter{}})
	return nil
}

func (valuesPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return client{connection}, nil
}

var handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "BENCH_PLUGIN", MagicCookieValue: "values"}
var plugins = plugin.PluginSet{"values": valuesPlugin{}}

func main() {
	if os.Getenv("BENCH_PLUGIN") != "" {
		plugin.Serve(&plugin.ServeConfig{HandshakeConfig: handshake, Plugins: plugins, GRPCServer: plugin.DefaultGRPCServer})
		return
	}
	host := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake,
		Plugins:          plugins,
		Cmd:              exec.Command(os.Args[0]),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
	})
	defer host.Kill()
	connection, err := host.Client()
	must(err)
	raw, err := connection.Dispense("values")
	must(err)
	values := raw.(Values)
	texts, err := values.Texts()
	must(err)
	output := map[string]float64{
		"add":   timed(5000, func() error { _, err := values.Add(1); return err }),
		"texts": timed(300, func() error { _, err := values.Texts(); return err }),
		"count": timed(300, func() error { _, err := values.Count(texts); return err }),
	}
	must(json.NewEncoder(os.Stdout).Encode(output))
}

// timed gives the nanoseconds of a call: the best of five rounds.
func timed(calls int, call func() error) float64 {
	best := 0.0
	for round := 0; round < 6; round++ {
		start := time.Now()
		for i := 0; i < calls; i++ {
			must(call())
		}
		took := float64(time.Since(start).Nanoseconds()) / float64(calls)
		if round > 0 && (best == 0 || took < best) {
			best = took
		}
	}
	return best
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Calls of a plugin as spans of OpenTelemetry.
import { channel } from "node:diagnostics_channel";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { type CallMessage, open } from "@native/plugin";

// A program has an exporter for its collector here, @opentelemetry/exporter-trace-otlp-http say.
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);

const tracer = trace.getTracer("@native/plugin");
channel("plugin:call").subscribe((message) => {
  const { path, symbol, startTime, duration, error } = message as CallMessage;
  const start = performance.timeOrigin + startTime;
  const span = tracer.startSpan(symbol, {
    startTime: start,
    attributes: { "code.function.name": symbol, "code.file.path": path },
  });
  if ("error" in (message as CallMessage)) {
    // A callback may throw anything.
    const thrown = error instanceof Error ? error : new Error(String(error));
    span.recordException(thrown);
    span.setStatus({ code: SpanStatusCode.ERROR, message: thrown.message });
  }
  span.end(start + duration);
});

const plugin = open(new URL("./primes.so", import.meta.url), { trace: true });
const { primes } = plugin.symbols;
console.log(primes(1000));
console.log(await primes.async(100_000));
try {
  primes(1.5);
} catch {
  // The span has it.
}

for (const { name, status } of exporter.getFinishedSpans()) {
  console.log(name, status.message ?? "ok");
}

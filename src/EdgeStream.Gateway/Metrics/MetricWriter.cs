using System.Buffers;
using System.Buffers.Text;

namespace EdgeStream.Gateway.Metrics;

/// <summary>Writes Prometheus's text format 0.0.4.</summary>
/// <remarks>Source: the exposition formats of the Prometheus documentation. Allocates nothing but what the output needs
/// to grow.</remarks>
internal ref struct MetricWriter(IBufferWriter<byte> output)
{
    private const int NumberSizeMax = 32;

    private Metric? _metric;

    /// <summary>Starts a metric; its samples follow.</summary>
    public void Begin(Metric metric)
    {
        _metric = metric;
        output.Write(metric.Header);
    }

    /// <summary>A metric with one sample.</summary>
    public void Single(Metric metric, double value)
    {
        Begin(metric);
        output.Write(metric.NameBytes);
        WriteValue(value);
    }

    /// <summary>One sample of the metric that was begun, with a label.</summary>
    public readonly void Sample(ReadOnlySpan<byte> label, string labelValue, double value)
    {
        output.Write(_metric!.NameBytes);
        output.Write("{"u8);
        output.Write(label);
        output.Write("=\""u8);
        WriteEscaped(labelValue);
        output.Write("\"}"u8);
        WriteValue(value);
    }

    /// <summary>One sample of the metric that was begun, with two labels.</summary>
    public readonly void Sample(
        ReadOnlySpan<byte> label, string labelValue, ReadOnlySpan<byte> second, string secondValue, double value)
    {
        output.Write(_metric!.NameBytes);
        output.Write("{"u8);
        output.Write(label);
        output.Write("=\""u8);
        WriteEscaped(labelValue);
        output.Write("\","u8);
        output.Write(second);
        output.Write("=\""u8);
        WriteEscaped(secondValue);
        output.Write("\"}"u8);
        WriteValue(value);
    }

    private readonly void WriteEscaped(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\\':
                    output.Write("\\\\"u8);
                    break;
                case '"':
                    output.Write("\\\""u8);
                    break;
                case '\n':
                    output.Write("\\n"u8);
                    break;
                default:
                    output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
                    break;
            }
        }
    }

    private readonly void WriteValue(double value)
    {
        output.Write(" "u8);
        var span = output.GetSpan(NumberSizeMax);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
        output.Write("\n"u8);
    }
}

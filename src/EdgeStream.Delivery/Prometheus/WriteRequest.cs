using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>A request of Prometheus remote write 1.0: samples by their series.</summary>
/// <remarks>
/// <para>Message <c>WriteRequest</c> of <c>prompb/remote.proto</c> and <c>types.proto</c>, in the encoding of Protocol
/// Buffers, as one block of Snappy ("Prometheus Remote-Write 1.0 specification"). Labels are sorted by name; the
/// samples of a series are in the order of their times, each once: of others a server that answers well may keep
/// some only.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class WriteRequest : IDisposable
{
    // Field numbers of the messages, with the wire type in the lowest three bits.
    private const byte RequestSeries = (1 << 3) | Bytes;
    private const byte SeriesLabel = (1 << 3) | Bytes;
    private const byte SeriesSample = (2 << 3) | Bytes;
    private const byte LabelName = (1 << 3) | Bytes;
    private const byte LabelValue = (2 << 3) | Bytes;
    private const byte SampleValue = (1 << 3) | Fixed64;
    private const byte SampleTime = (2 << 3) | Varint;

    private const byte Varint = 0;
    private const byte Fixed64 = 1;
    private const byte Bytes = 2;

    /// <summary>The one NaN that is a value; another one says that a series has ended.</summary>
    private const long NormalNaN = 0x7FF8000000000001;

    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly List<Series> _order = [];
    private readonly PooledBytes _scratch = new();

    /// <summary>Whether it has no sample.</summary>
    public bool IsEmpty => _order.Count == 0;

    /// <summary>Adds the samples of one record, none twice of a series; false where one is not later than the last of
    /// its series, so that they need a request of their own.</summary>
    public bool TryAdd(List<PrometheusSample> samples)
    {
        foreach (var sample in samples)
        {
            if (_series.TryGetValue(sample.Series, out var series) && sample.TimeMs <= series.LastMs)
            {
                return false;
            }
        }

        foreach (var sample in samples)
        {
            if (!_series.TryGetValue(sample.Series, out var series))
            {
                series = new Series();
                WriteLabels(series.Message, sample.Labels);
                _series.Add(sample.Series, series);
                _order.Add(series);
            }

            series.LastMs = sample.TimeMs;
            WriteSample(series.Message, sample);
        }

        return true;
    }

    /// <summary>The request's body.</summary>
    public byte[] ToBody()
    {
        using var message = new PooledBytes();
        foreach (var series in _order)
        {
            message.Add(RequestSeries);
            message.AddVarint((ulong)series.Message.Length);
            message.Add(series.Message.Written);
        }

        var body = new byte[SnappyEncoder.SizeBytesMax(message.Length)];
        return body[..new SnappyEncoder().Compress(message.Written, body)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var series in _order)
        {
            series.Message.Dispose();
        }

        _scratch.Dispose();
    }

    private void WriteLabels(PooledBytes series, KeyValuePair<string, string>[] labels)
    {
        foreach (var (name, value) in labels)
        {
            _scratch.Cut(0);
            WriteText(LabelName, name);
            WriteText(LabelValue, value);
            series.Add(SeriesLabel);
            series.AddVarint((ulong)_scratch.Length);
            series.Add(_scratch.Written);
        }
    }

    private void WriteSample(PooledBytes series, PrometheusSample sample)
    {
        _scratch.Cut(0);
        _scratch.Add(SampleValue);
        BinaryPrimitives.WriteInt64LittleEndian(
            _scratch.Take(sizeof(long)),
            double.IsNaN(sample.Value) ? NormalNaN : BitConverter.DoubleToInt64Bits(sample.Value));
        _scratch.Add(SampleTime);
        _scratch.AddVarint((ulong)sample.TimeMs);
        series.Add(SeriesSample);
        series.AddVarint((ulong)_scratch.Length);
        series.Add(_scratch.Written);
    }

    private void WriteText(byte field, string text)
    {
        _scratch.Add(field);
        _scratch.AddVarint((ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _scratch.Take(Encoding.UTF8.GetByteCount(text)));
    }

    private sealed class Series
    {
        public PooledBytes Message { get; } = new();

        public long LastMs { get; set; }
    }
}

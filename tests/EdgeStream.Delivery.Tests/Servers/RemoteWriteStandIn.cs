using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>A server that takes remote write as Prometheus does: a sample must be later than those of its series.
/// </summary>
/// <remarks>Messages are read by the public definition of their fields. Whether what is good of a refused request is
/// kept differs between servers: Prometheus 2.42 keeps none of it, Mimir and Prometheus 3 do.</remarks>
internal sealed class RemoteWriteStandIn : IAsyncDisposable
{
    private readonly HttpStandIn _server;
    private readonly bool _isPartial;

    public RemoteWriteStandIn(bool isPartial = false)
    {
        _isPartial = isPartial;
        _server = new HttpStandIn(Answer);
    }

    /// <summary>The samples that it has, by series, in the order in which they came.</summary>
    public Dictionary<string, List<(long Time, double Value)>> Samples { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers instead of this, once for each; null for the usual answer.</summary>
    public Queue<StandInAnswer?> Answers { get; } = new();

    /// <summary>What is taken before an answer of <see cref="Answers"/> goes out.</summary>
    public bool IsTakenFirst { get; set; }

    public StandInAnswer? QueryAnswer { get; set; }

    public string Url => _server.Url + "api/v1/write";

    public IReadOnlyList<StandInRequest> Requests => _server.Requests;

    public int Writes => Requests.Count(request => request.Target.EndsWith("/write", StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Reads a request's body: series with their labels, as a query selects them, and samples.</summary>
    public static List<(string Series, List<(long Time, double Value)> Samples)> Read(byte[] body)
    {
        var found = new List<(string, List<(long, double)>)>();
        foreach (var series in Fields(SnappyDecoder.Expand(body)))
        {
            Assert.Equal(1, series.Field);
            var labels = new List<string>();
            var samples = new List<(long, double)>();
            foreach (var part in Fields(series.Bytes))
            {
                var inner = Fields(part.Bytes);
                if (part.Field == 1)
                {
                    labels.Add($"{Encoding.UTF8.GetString(inner[0].Bytes)}=\"{Escaped(inner[1].Bytes)}\"");
                }
                else
                {
                    samples.Add((inner[1].Number, BitConverter.Int64BitsToDouble(inner[0].Number)));
                }
            }

            found.Add(($"{{{string.Join(',', labels)}}}", samples));
        }

        return found;
    }

    private StandInAnswer Answer(StandInRequest request)
    {
        if (request.Target.EndsWith("/query", StringComparison.Ordinal))
        {
            return QueryAnswer ?? Query(request.Text);
        }

        var instead = Answers.Count > 0 ? Answers.Dequeue() : null;
        return instead is not null && !IsTakenFirst ? instead : Write(request.Body) is var taken && instead is null
            ? taken : instead!;
    }

    /// <summary>Takes the samples; what that is answered with.</summary>
    private StandInAnswer Write(byte[] body)
    {
        string? problem = null;
        var good = new List<(string Series, long Time, double Value)>();
        foreach (var (series, samples) in Read(body))
        {
            foreach (var (time, value) in samples)
            {
                if (ProblemOf(series, time, value) is { } found)
                {
                    problem ??= found;
                }
                else
                {
                    good.Add((series, time, value));
                }
            }
        }

        if (problem is not null && !_isPartial)
        {
            return new StandInAnswer(400, problem);
        }

        foreach (var (series, time, value) in good)
        {
            if (!Samples.TryGetValue(series, out var there))
            {
                Samples.Add(series, there = []);
            }

            // As the head of a series does: what is not later is dropped without a word.
            if (there.Count == 0 || time > there[^1].Time)
            {
                there.Add((time, value));
            }
        }

        return problem is null ? new StandInAnswer(204) : new StandInAnswer(400, problem);
    }

    private string? ProblemOf(string series, long time, double value) =>
        !Samples.TryGetValue(series, out var there) || there.Count == 0 || time > there[^1].Time ? null
        : time < there[^1].Time ? "out of order sample\n"
        : value.Equals(there[^1].Value) ? null : "duplicate sample for timestamp\n";

    private StandInAnswer Query(string text)
    {
        var query = Uri.UnescapeDataString(text.Split('&')[0]["query=".Length..]);
        var end = (long)(decimal.Parse(text.Split("time=")[1], CultureInfo.InvariantCulture) * 1000);
        var open = query.LastIndexOf('[');
        var span = long.Parse(query[(open + 1)..^3], CultureInfo.InvariantCulture);
        var series = query[..open];
        var quotes = series.Replace("\\\"", "", StringComparison.Ordinal).Count(character => character == '"');
        var labels = Enumerable.Range(0, quotes / 2).Select(place => $"\"label{place}\":\"\"");
        var values = Samples.GetValueOrDefault(series, [])
            .Where(sample => sample.Time > end - span && sample.Time <= end)
            .Select(sample => string.Create(CultureInfo.InvariantCulture,
                $"[{sample.Time / 1000m},\"{sample.Value}\"]"));
        var result = $$$"""{"metric":{ {{{string.Join(',', labels)}}} },"values":[{{{string.Join(',', values)}}}]}""";
        return new StandInAnswer(200, $$$"""
            {"status":"success","data":{"resultType":"matrix","result":[{{{result}}}]}}
            """);
    }

    private static string Escaped(byte[] text) => Encoding.UTF8.GetString(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static List<(int Field, long Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, long, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var tag = (int)Varint(message, ref at);
            var number = 0L;
            byte[] bytes = [];
            switch (tag & 7)
            {
                case 0:
                    number = Varint(message, ref at);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at));
                    at += sizeof(long);
                    break;
                default:
                    Assert.Equal(2, tag & 7);
                    var length = (int)Varint(message, ref at);
                    bytes = message[at..(at + length)];
                    at += length;
                    break;
            }

            fields.Add((tag >> 3, number, bytes));
        }

        return fields;
    }

    private static long Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)value;
            }
        }
    }
}

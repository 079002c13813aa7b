using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>An HTTP endpoint that takes each of Firehose's requests once, by its id, and remembers them over
/// restarts.</summary>
/// <remarks>Amazon Data Firehose Developer Guide, "HTTP endpoint delivery request and response
/// specifications".</remarks>
internal sealed class StrictEndpoint : IAsyncDisposable
{
    private readonly Dictionary<string, string> _bodies = [];
    private readonly List<Arrival> _arrivals = [];
    private readonly List<string> _problems = [];
    private readonly Lock _gate = new();
    private HttpStandIn _server;

    public StrictEndpoint() => _server = new HttpStandIn(Answer);

    /// <summary>Its port, another one after each restart.</summary>
    public int Port => new Uri(_server.Url).Port;

    /// <summary>What it took, in its order.</summary>
    public IReadOnlyList<Arrival> Arrivals
    {
        get
        {
            lock (_gate)
            {
                return [.. _arrivals];
            }
        }
    }

    /// <summary>What was wrong with requests.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_gate)
            {
                return [.. _problems];
            }
        }
    }

    /// <summary>Ends every connection, and goes on elsewhere.</summary>
    public async Task RestartAsync()
    {
        await _server.DisposeAsync();
        _server = new HttpStandIn(Answer);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private StandInAnswer Answer(StandInRequest request)
    {
        lock (_gate)
        {
            try
            {
                var id = request["X-Amz-Firehose-Request-Id"];
                Take(request, id);
                var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                return new StandInAnswer(200, string.Create(
                    CultureInfo.InvariantCulture, $$"""{"requestId":"{{id}}","timestamp":{{now}}}"""));
            }
            catch (Exception error) when (error is KeyNotFoundException or JsonException or InvalidOperationException
                or FormatException or InvalidDataException)
            {
                _problems.Add($"{error.Message}: {request.Target} {string.Join(' ', request.Headers)}");
                return new StandInAnswer(500, error.Message);
            }
        }
    }

    private void Take(StandInRequest request, string id)
    {
        var body = request.Json;
        Expect(request["X-Amz-Firehose-Protocol-Version"] == "1.0", "the protocol's version");
        Expect(request["Content-Type"].StartsWith("application/json", StringComparison.Ordinal), "the type");
        Expect(body.GetProperty("requestId").GetString() == id, "the request's id in the body");
        Expect(body.GetProperty("timestamp").GetInt64() > 0, "the time");
        var records = body.GetProperty("records");
        Expect(records.GetArrayLength() > 0, "the records");
        if (!_bodies.TryAdd(id, records.GetRawText()))
        {
            Expect(_bodies[id] == records.GetRawText(), "the content of a request that is repeated");
            return;
        }

        foreach (var record in records.EnumerateArray())
        {
            using var line = JsonDocument.Parse(record.GetProperty("data").GetBytesFromBase64());
            var root = line.RootElement;
            _arrivals.Add(new Arrival(
                root.GetProperty("key").GetString()!,
                root.GetProperty("data").GetProperty("number").GetInt32(),
                $"{root.GetProperty("shard")} {root.GetProperty("sequence")}"));
        }
    }

    private static void Expect(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new FormatException($"Wrong is {what}");
        }
    }
}

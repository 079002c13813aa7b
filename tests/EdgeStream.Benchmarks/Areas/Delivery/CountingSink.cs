using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>An HTTP server on Node.js that reads what it is sent, drops it, and counts the records that the senders
/// say.</summary>
internal sealed class CountingSink : IAsyncDisposable
{
    /// <summary>The header in which a sender says how many records a body has.</summary>
    public const string RecordsHeader = "x-records";

    private const string Program = """
        let records = 0;
        require('node:http').createServer((request, response) => {
          request.resume().on('end', () => {
            records += Number(request.headers['x-records'] ?? 0);
            response.end(String(records));
          });
        }).listen(PORT, '127.0.0.1');
        """;

    private readonly IServerProcess _server;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    private CountingSink(IServerProcess server) => _server = server;

    /// <summary>Where it listens.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}/");

    /// <summary>Starts it.</summary>
    public static async Task<CountingSink> StartAsync(TemporaryFolder folder)
    {
        var port = FreePort.Next();
        var program = folder.Write(
            "sink.cjs", Program.Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return new CountingSink(await PortServer.StartNodeAsync(port, [], program));
    }

    /// <summary>Records so far.</summary>
    public async Task<long> CountAsync() =>
        long.Parse(await _client.GetStringAsync(Url), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _server.DisposeAsync();
    }
}

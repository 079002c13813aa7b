using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>An endpoint that takes Firehose's requests, at the far end of a damaged link.</summary>
internal sealed class DamagedEndpoint : IDamagedDestination
{
    private const int RequestRecords = 40;

    private readonly TemporaryFolder _folder = new("damaged-http");
    private readonly LinkFront _front;
    private readonly StrictEndpoint _endpoint = new();
    private readonly string _authorities;
    private readonly string _address;
    private readonly string _timeout;

    /// <summary>One that the gateway reaches directly.</summary>
    public DamagedEndpoint(LinkPlan plan)
        : this(plan, network: null, timeout: "3s")
    {
    }

    private DamagedEndpoint(LinkPlan plan, LossyNetwork? network, string timeout)
    {
        _front = new LinkFront(network?.Host);
        _authorities = _folder.Write("ca.pem", _front.Authority);
        _timeout = timeout;
        Link = new FaultyLink(_endpoint.Port, _front, plan);
        _address = network?.Address ?? $"localhost:{Link.Port}";
    }

    /// <summary>One behind a network that loses packets, whose retransmissions take their time.</summary>
    public static async Task<DamagedEndpoint> BehindAsync(LossyNetwork network, LinkPlan plan)
    {
        var endpoint = new DamagedEndpoint(plan, network, timeout: "10s");
        await network.ReachAsync(endpoint.Link.Port);
        return endpoint;
    }

    public FaultyLink Link { get; }

    public string Config => $"""
        http:
          url: https://{_address}/
          payload: line
          gzip: true
          requestRecords: {RequestRecords}
          tls:
            authorities: {_authorities}
          timeout: {_timeout}
        """;

    public async Task RestartAsync()
    {
        await _endpoint.RestartAsync();
        Link.Target = _endpoint.Port;
    }

    public Task<IReadOnlyList<Arrival>> ReadAsync()
    {
        Assert.Empty(_endpoint.Problems);
        return Task.FromResult(_endpoint.Arrivals);
    }

    /// <summary>The endpoint takes a request's id once; only a kill may cut requests anew, of what was taken within
    /// the last second.</summary>
    public int RepeatsMax(ChaosCounts counts) =>
        counts.Kills * DamagedLinkRun.ShardCount * DamagedLinkRun.BatchRecordsMax;

    public async ValueTask DisposeAsync()
    {
        Link.Dispose();
        _front.Dispose();
        _folder.Dispose();
        await _endpoint.DisposeAsync();
    }
}

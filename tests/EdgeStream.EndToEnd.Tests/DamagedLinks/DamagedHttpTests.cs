using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>An endpoint that knows Firehose's requests by their ids at the far end of a damaged link.</summary>
public sealed class DamagedHttpTests(ITestOutputHelper output)
{
    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
        LinkFault.TooManyRequests, LinkFault.ServerError, LinkFault.Unavailable, LinkFault.UnavailableForNow,
    ];

    [Fact]
    public Task The_endpoint_has_every_record_in_order_and_a_request_twice_only_by_its_id() =>
        DamagedLinkRun.RunAsync(
            "damaged-http", output,
            seed => Task.FromResult<IDamagedDestination>(new DamagedEndpoint(new LinkPlan(seed, Faults))));
}

using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Packets are lost between the gateway and its endpoint, while the link behind them is late and cut, the
/// endpoint is restarted and the gateway killed.</summary>
/// <remarks>While no other test runs: where the machine's interfaces change, browsers give up what they load.</remarks>
[Collection(WholeMachine.Name)]
public sealed class LostPacketTests(ITestOutputHelper output)
{
    private static readonly LinkFault[] Faults = [LinkFault.Delay, LinkFault.AnswerLost, LinkFault.RequestReset];

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public async Task Every_record_is_there_in_order_over_a_network_that_loses_packets(int lossPercent)
    {
        await using var network = await LossyNetwork.StartAsync(lossPercent);
        await DamagedLinkRun.RunAsync(
            "lost-packets", output,
            async seed => await DamagedEndpoint.BehindAsync(network, new LinkPlan(seed, Faults)));
        var (there, lostThere, back, lostBack) = await network.CountAsync();
        output.WriteLine($"lost {lostThere} of {there} packets there, {lostBack} of {back} back");
        Assert.InRange(lostThere, 1, there - 1);
        Assert.InRange(lostBack, 1, back - 1);
    }
}

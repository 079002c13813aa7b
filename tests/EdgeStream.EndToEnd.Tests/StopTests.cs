using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>How the gateway ends and what the next start says about it.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task A_terminated_gateway_ends_with_0_and_the_next_start_has_nothing_to_recover()
    {
        await using var world = await GatewayWorld.StartAsync("terminate");
        for (var number = 0; number < 20; number++)
        {
            await world.Api.PublishAsync("readings", "pump", $$"""{"n":{{number}}}""");
        }

        Assert.Equal(0, await world.Gateway.TerminateAsync());
        Assert.True(world.Gateway.Output.Contains("everything accepted is on disk"), world.Gateway.Output.ToString());
        await world.StartAgainAsync();

        Assert.True(world.Gateway.Output.Contains("nothing to repair"), world.Gateway.Output.ToString());
        Assert.False(world.Gateway.Output.Contains("Recovery:"), world.Gateway.Output.ToString());
        Assert.Equal(20, (await world.Api.ReadAllAsync("readings")).Count);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_clients_that_stay_connected_or_for_readers_that_wait()
    {
        await using var world = await GatewayWorld.StartAsync("terminate-clients");
        await using var subscriber = await world.SubscribeAsync("site/#");
        var answer = world.Api.GetAsync("/api/streams/readings/records?from=latest&waitSeconds=30");
        await using var page = await world.Api.GetStreamAsync("/");

        Assert.Equal(0, await world.Gateway.TerminateAsync());

        // Answered early with nothing in it, or cut off: either way it is over.
        await Task.WhenAny(answer).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_second_gateway_on_the_same_folder_is_refused_with_the_reason()
    {
        await using var world = await GatewayWorld.StartAsync("second");

        await using var second = GatewayProcess.Start(
            world.Launch with { HttpPort = FreePort.Next(), MqttPort = FreePort.Next() });

        Assert.NotEqual(0, await second.WaitForExitAsync());
        Assert.Contains(world.DataFolder, second.Output.ToString(), StringComparison.Ordinal);
        Assert.True(await world.Api.IsAnsweringAsync());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var world = await GatewayWorld.StartAsync("port");

        await using var second = GatewayProcess.Start(world.Launch with
        {
            DataFolder = world.Path("other"), HttpPort = FreePort.Next(), MqttPort = world.Launch.MqttPort,
        });

        Assert.NotEqual(0, await second.WaitForExitAsync());
        Assert.Contains($"{world.Launch.MqttPort}", second.Output.ToString(), StringComparison.Ordinal);
    }
}

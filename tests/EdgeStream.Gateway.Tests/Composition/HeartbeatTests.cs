using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>What is due once a second and fails is told, and the service manager still hears that the gateway lives.
/// </summary>
public sealed class HeartbeatTests
{
    [Fact]
    public async Task A_reserve_that_cannot_be_made_shows_in_health_and_log_once_and_the_watchdog_is_told()
    {
        using var folder = new TemporaryFolder("beat");
        var path = folder.Combine("notify.sock");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var disk = new WatchedDisk(new SimulatedDisk(new Random(1))) { Before = RefuseReserve };
        await using var gateway = await GatewayUnderTest.StartAsync(change: start => start with
        {
            Disk = disk, NotifySocket = path, WatchdogMicroseconds = "200000",
        });
        await ReceiveAsync(manager, "WATCHDOG=1");
        await ReceiveAsync(manager, "WATCHDOG=1");
        await ReceiveAsync(manager, "WATCHDOG=1");

        var (code, health) = await gateway.SendAsync(HttpMethod.Get, "/health");
        Assert.Equal(200, code);
        var check = FindCheck(health, "disk reserve")!.Value;
        Assert.Equal("degraded", check.GetProperty("status").GetString());
        Assert.Contains("nothing can be made here", check.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, gateway.Log.Split("once a second one part fails").Length - 1);

        disk.Before = static (_, _) => { };
        await Poll.UntilAsync(() => gateway.Log.Contains("one part succeeds again: disk reserve"));
        Assert.Null(FindCheck((await gateway.SendAsync(HttpMethod.Get, "/health")).Body, "disk reserve"));
    }

    private static void RefuseReserve(string operation, string path)
    {
        if (operation == nameof(IDisk.Create) && path.EndsWith(".reserve", StringComparison.Ordinal))
        {
            throw new IOException("nothing can be made here");
        }
    }

    private static JsonElement? FindCheck(JsonElement health, string name)
    {
        foreach (var check in health.GetProperty("checks").EnumerateArray())
        {
            if (check.GetProperty("name").GetString() == name)
            {
                return check;
            }
        }

        return null;
    }

    private static async Task ReceiveAsync(Socket manager, string expected)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        while (true)
        {
            var count = await manager.ReceiveAsync(buffer, SocketFlags.None, timeout.Token);
            if (Encoding.UTF8.GetString(buffer, 0, count).StartsWith(expected, StringComparison.Ordinal))
            {
                return;
            }
        }
    }
}

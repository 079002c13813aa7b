using System.Net.Sockets;
using System.Text;
using EdgeStream.Gateway.Composition;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class ServiceNotifierTests
{
    [Fact]
    public async Task A_gateway_tells_the_service_manager_when_it_is_ready_alive_and_stopping()
    {
        using var folder = new TemporaryFolder("notify");
        var path = folder.Combine("notify.sock");
        using var manager = Bind(new UnixDomainSocketEndPoint(path));
        await using (var gateway = await GatewayUnderTest.StartAsync(change: start => start with
        {
            NotifySocket = path, WatchdogMicroseconds = "200000",
        }))
        {
            var ready = await ReceiveAsync(manager, "READY=1");
            Assert.Contains($"STATUS=Dashboard on http://{gateway.Host.HttpEndpoint}", ready);
            Assert.Equal("WATCHDOG=1", await ReceiveAsync(manager, "WATCHDOG=1"));
            Assert.Equal("WATCHDOG=1", await ReceiveAsync(manager, "WATCHDOG=1"));
            await gateway.Host.ReloadAsync();
            Assert.Contains("MONOTONIC_USEC=", await ReceiveAsync(manager, "RELOADING=1"));
            await ReceiveAsync(manager, "READY=1");
        }

        await ReceiveAsync(manager, "STOPPING=1");
    }

    [Fact]
    public async Task An_abstract_socket_is_reached()
    {
        var name = $"edgestream-test-{Guid.NewGuid():N}";
        using var manager = Bind(new UnixDomainSocketEndPoint($"\0{name}"));
        using var notifier = Create($"@{name}", null);
        notifier.Status("Hello");
        Assert.Equal("STATUS=Hello", await ReceiveAsync(manager, "STATUS="));
    }

    [Theory]
    [InlineData("30000000", 15.0)]
    [InlineData("1000000", 0.5)]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    public void The_watchdog_is_told_in_half_of_its_time(string? microseconds, double? seconds)
    {
        using var notifier = Create("/nowhere", microseconds);
        Assert.Equal(seconds, notifier.WatchdogPeriod?.TotalSeconds);
    }

    [Fact]
    public void Without_a_socket_or_with_one_that_nobody_reads_nothing_happens()
    {
        foreach (var socket in new[] { null, "", "/nowhere/notify" })
        {
            using var notifier = Create(socket, "1000000");
            notifier.Ready("x");
            notifier.Watchdog();
            notifier.Stopping();
        }
    }

    private static ServiceNotifier Create(string? socket, string? watchdog) =>
        new(socket, watchdog, NullLogger<ServiceNotifier>.Instance);

    private static Socket Bind(UnixDomainSocketEndPoint address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(address);
        return socket;
    }

    /// <summary>Reads on until a datagram starts with the text.</summary>
    private static async Task<string> ReceiveAsync(Socket manager, string start)
    {
        using var deadline = new CancellationTokenSource(Poll.DefaultDeadline);
        var buffer = new byte[4096];
        while (true)
        {
            var count = await manager.ReceiveAsync(buffer, deadline.Token);
            var text = Encoding.UTF8.GetString(buffer, 0, count);
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                return text;
            }
        }
    }
}

using System.Net.Sockets;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The notification protocol of systemd's <c>Type=notify</c>, seen from the socket that systemd would
/// hold.</summary>
public sealed class ServiceManagerTests
{
    [Fact]
    public async Task Readiness_watchdog_and_stop_are_announced()
    {
        using var folder = new TemporaryFolder("notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var path = folder.Combine("notify");
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var launch = new GatewayLaunch
        {
            DataFolder = folder.Combine("data"),
            ConfigFile = folder.Write("edgestream.yaml", QuietConfig.Text),
            Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "1000000" },
        };

        await using var gateway = GatewayProcess.Start(launch);

        await ReceiveAsync(socket, "READY=1");
        Assert.True(await gateway.Api.IsAnsweringAsync());
        await ReceiveAsync(socket, "WATCHDOG=1");
        await ReceiveAsync(socket, "WATCHDOG=1");
        Assert.Equal(0, await gateway.TerminateAsync());
        await ReceiveAsync(socket, "STOPPING=1");
    }

    private static async Task ReceiveAsync(Socket socket, string expected)
    {
        using var deadline = new CancellationTokenSource(Poll.DefaultDeadline);
        var buffer = new byte[4096];
        string message;
        do
        {
            message = Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, deadline.Token));
        }
        while (!message.Split('\n').Contains(expected));
    }
}

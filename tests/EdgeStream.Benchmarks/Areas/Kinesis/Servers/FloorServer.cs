using System.Globalization;
using EdgeStream.Benchmarks.Areas.Kinesis.Load;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Servers;

/// <summary>The floor under every latency: <see cref="FloorCommand"/> in a process of its own.</summary>
internal static class FloorServer
{
    /// <summary>Starts it with a file in the folder.</summary>
    public static Task<IServerProcess> StartAsync(TemporaryFolder folder)
    {
        var port = FreePort.Next();
        return PortServer.WaitAsync(port, OwnProcess.Start(
            FloorCommand.Name, port.ToString(CultureInfo.InvariantCulture), folder.Combine("records")));
    }
}

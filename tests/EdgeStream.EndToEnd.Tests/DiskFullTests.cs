using System.Net;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A disk that is really full: a small tmpfs in a mount namespace of the gateway's own.</summary>
/// <remarks>The mount is gone with the process. Without root the namespace comes with a user namespace.</remarks>
public sealed class DiskFullTests
{
    private const string Config = $"""
        {QuietConfig.Text}
        streams:
          - name: readings
            segmentSize: 1MiB
          - name: alerts
            segmentSize: 256KiB
          - name: dead-letter
            segmentSize: 256KiB
        """;

    /// <summary>Without the filler there is more room than health asks for.</summary>
    private const int DiskMiB = 320;
    private const int FillerMiB = 300;
    private const int RecordBytes = 16 << 10;
    private const int RecordsMax = (DiskMiB - FillerMiB) * 1024 * 1024 / RecordBytes;

    [Fact]
    public async Task A_full_disk_refuses_records_keeps_serving_and_accepts_again_when_there_is_room()
    {
        using var folder = new TemporaryFolder("disk-full");
        var disk = folder.MakeFolder("disk");
        await using var gateway = await GatewayProcess.StartReadyAsync(new GatewayLaunch
        {
            DataFolder = Path.Combine(disk, "data"),
            ConfigFile = folder.Write("edgestream.yaml", Config),
            Wrapper = ["/usr/bin/unshare", .. Privileges, "/bin/sh", "-c", MountScript(disk), "sh"],
        });
        var data = $"{{\"text\":\"{new string('x', RecordBytes)}\"}}";

        var accepted = await FillAsync(gateway, data);

        Assert.InRange(accepted, 1, RecordsMax - 1);
        var (status, body) = await PostAsync(gateway, data);
        Assert.Equal(HttpStatusCode.InsufficientStorage, status);
        Assert.Contains("disk", body, StringComparison.OrdinalIgnoreCase);
        Assert.False(gateway.HasExited);
        Assert.NotEqual("healthy", (await gateway.Api.GetJsonAsync("/health")).GetProperty("status").GetString());
        Assert.Equal(accepted, (await gateway.Api.ReadAllAsync("readings")).Count);

        // The gateway's own view of the file system, seen from outside.
        File.Delete($"/proc/{gateway.Id}/root{disk}/filler");
        await Poll.UntilAsync(async () => (await PostAsync(gateway, data)).Status == HttpStatusCode.OK);
        Assert.Equal(accepted + 1, (await gateway.Api.ReadAllAsync("readings")).Count);
        var health = "";
        await Poll.UntilAsync(
            async () =>
            {
                var body = await gateway.Api.GetJsonAsync("/health");
                health = body.ToString();
                return body.GetProperty("status").GetString() == "healthy";
            },
            state: () => health);
    }

    private static string[] Privileges => Environment.UserName == "root"
        ? ["--mount"]
        : ["--user", "--map-root-user", "--mount"];

    /// <summary>Mounts the disk over the folder of the same name, puts the filler on it and becomes the
    /// gateway.</summary>
    private static string MountScript(string disk) =>
        $"mount -t tmpfs -o size={DiskMiB}M edgestream-test '{disk}' && "
        + $"head -c {FillerMiB}M /dev/zero > '{disk}/filler' && "
        + $"mkdir '{disk}/data' && cd '{disk}/data' && exec \"$@\"";

    private static async Task<int> FillAsync(GatewayProcess gateway, string data)
    {
        for (var accepted = 0; accepted < RecordsMax; accepted++)
        {
            if ((await PostAsync(gateway, data)).Status != HttpStatusCode.OK)
            {
                return accepted;
            }
        }

        return RecordsMax;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(GatewayProcess gateway, string data)
    {
        var (status, body) = await gateway.Api.PostAsync(
            "/api/streams/readings/records", $$"""{"key":"pump","data":{{data}}}""");
        return (status, body.ToString());
    }
}

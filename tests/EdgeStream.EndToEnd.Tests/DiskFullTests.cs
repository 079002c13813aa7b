using System.Net;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A disk that is really full: a small tmpfs in a mount namespace of the gateway's own.</summary>
/// <remarks>The mount is gone with the process. Without root the namespace comes with a user namespace.</remarks>
public sealed class DiskFullTests
{
    /// <summary>Without the filler there is more room than health asks for.</summary>
    private const int DiskMiB = 320;
    private const int FillerMiB = 300;
    private const int RecordBytes = 16 << 10;
    private const int ReserveBytes = 8 << 20;

    /// <summary>Several segments of the stream of alerts.</summary>
    private const int AlertsBytes = 1 << 20;
    private const int RecordsMax = (DiskMiB - FillerMiB) * 1024 * 1024 / RecordBytes;

    [Fact]
    public async Task A_full_disk_refuses_records_keeps_serving_and_accepts_again_when_there_is_room()
    {
        using var folder = new TemporaryFolder("disk-full");
        var disk = folder.MakeFolder("disk");
        await using var gateway = await GatewayProcess.StartReadyAsync(new GatewayLaunch
        {
            DataFolder = Path.Combine(disk, "data"),
            ConfigFile = folder.Write("edgestream.yaml", QuietConfig.SmallStreams),
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

    [Fact]
    public async Task With_no_byte_left_alerts_are_taken_from_the_reserve_and_the_rest_resumes_by_itself()
    {
        using var folder = new TemporaryFolder("disk-full");
        var disk = folder.MakeFolder("disk");
        await using var gateway = await GatewayProcess.StartReadyAsync(new GatewayLaunch
        {
            DataFolder = Path.Combine(disk, "data"),
            ConfigFile = folder.Write(
                "edgestream.yaml", QuietConfig.SmallStreams + "\nstorage: {budget: 1GiB, reserve: 8MiB}\n"),
            Wrapper = ["/usr/bin/unshare", .. Privileges, "/bin/sh", "-c", MountScript(disk, fillerMiB: 0), "sh"],
        });
        await Poll.UntilAsync(async () => await HeldAsync(gateway) == ReserveBytes);
        var filler = $"/proc/{gateway.Id}/root{disk}/filler";
        FillUp(filler);
        var data = $"{{\"text\":\"{new string('x', RecordBytes)}\"}}";

        await FillAsync(gateway, data);
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await PostAsync(gateway, data)).Status);
        for (var i = 0; i < AlertsBytes / RecordBytes; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, data, "alerts")).Status);
        }

        Assert.False(gateway.HasExited);
        Assert.True(await HeldAsync(gateway) < ReserveBytes);
        var status = await gateway.Api.GetJsonAsync("/api/status");
        var reasons = status.GetProperty("health").GetProperty("reasons").ToString();
        Assert.Contains("stream readings: The disk is full", reasons, StringComparison.Ordinal);
        Assert.DoesNotContain("stream alerts", reasons, StringComparison.Ordinal);
        Assert.DoesNotContain("state:", reasons, StringComparison.Ordinal);

        File.Delete(filler);
        await Poll.UntilAsync(async () => (await PostAsync(gateway, data)).Status == HttpStatusCode.OK);
        await Poll.UntilAsync(async () => await HeldAsync(gateway) == ReserveBytes);
    }

    /// <summary>Takes every byte that is left, whoever else takes some meanwhile.</summary>
    private static void FillUp(string path)
    {
        using var file = File.Open(path, FileMode.Create);
        foreach (var size in (ReadOnlySpan<int>)[1 << 20, 4 << 10])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                // No such block fits any more.
            }
        }
    }

    private static async Task<long> HeldAsync(GatewayProcess gateway) =>
        (await gateway.Api.GetJsonAsync("/api/status")).GetProperty("storage").GetProperty("reserveHeldBytes")
        .GetInt64();

    private static string[] Privileges => Environment.UserName == "root"
        ? ["--mount"]
        : ["--user", "--map-root-user", "--mount"];

    /// <summary>Mounts the disk over the folder of the same name, puts the filler on it and becomes the
    /// gateway.</summary>
    private static string MountScript(string disk, int fillerMiB = FillerMiB) =>
        $"mount -t tmpfs -o size={DiskMiB}M edgestream-test '{disk}' && "
        + $"head -c {fillerMiB}M /dev/zero > '{disk}/filler' && "
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

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(
        GatewayProcess gateway, string data, string stream = "readings")
    {
        var (status, body) = await gateway.Api.PostAsync(
            $"/api/streams/{stream}/records", $$"""{"key":"pump","data":{{data}}}""");
        return (status, body.ToString());
    }
}

using System.Text;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Tests.Cli;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>A gateway whose logs are encrypted, its reloads, and the commands that look at them.</summary>
public sealed class EncryptionTests : IDisposable
{
    private readonly TemporaryFolder _keys = new("keys");

    public EncryptionTests()
    {
        WriteKey("old", 1);
        WriteKey("new", 2);
    }

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task Nothing_that_a_client_sent_stands_readable_in_the_data_folder()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml("old"));
        await PostAsync(gateway, "PLAINTEXT one");
        Assert.Contains("PLAINTEXT one", await ReadAsync(gateway));
        var detail = await HealthDetailAsync(gateway);
        Assert.Contains("New segments are encrypted with 'old' (id ", detail);
        await gateway.Host.StopAsync("the test looks at its files");
        var files = Directory.GetFiles(gateway.DataFolder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith(".log", StringComparison.Ordinal));
        Assert.All(files, file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf("PLAINTEXT"u8) < 0, file));
    }

    [Fact]
    public async Task A_reload_takes_a_new_key_and_refuses_to_lose_one_that_is_needed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml("old"));
        await PostAsync(gateway, "one");
        await gateway.ReloadAsync(Yaml("new", "old"));
        Assert.Contains("Configuration reloaded: encryption.", gateway.Log);
        await PostAsync(gateway, "two");
        var detail = await HealthDetailAsync(gateway);
        Assert.Contains("'new'", detail);
        Assert.Contains("'old'", detail);
        Assert.Contains("two", await ReadAsync(gateway));

        await gateway.ReloadAsync(Yaml("new"));
        Assert.Contains("'storage.encryption' lacks the key 'old' (id ", gateway.Log);
        await gateway.ReloadAsync(GatewayUnderTest.Quiet);
        Assert.Equal("degraded", (await gateway.GetAsync("/health")).GetProperty("status").GetString());
        await gateway.ReloadAsync(Yaml("new", "old"));
        Assert.Equal("healthy", (await gateway.GetAsync("/health")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_log_tools_read_with_the_key_and_say_when_it_is_missing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml("old"));
        await PostAsync(gateway, "PLAINTEXT one");
        await gateway.Host.StopAsync("the test looks at its files");
        foreach (var command in new[] { "inspect", "verify", "repair", "export", "stat" })
        {
            var (code, _, error) = await CommandLine.RunAsync("log", command, gateway.DataFolder);
            Assert.Equal(ExitCode.Config, code);
            Assert.Contains("is encrypted with the key 'old' (id ", error);
            Assert.Contains("--key-file FILE", error);
            (code, _, error) = await CommandLine.RunAsync(
                "log",
                command,
                gateway.DataFolder,
                "--key-file",
                _keys.Combine("new"),
                "--key-file",
                _keys.Combine("old"));
            Assert.Equal((ExitCode.Ok, ""), (code, error));
        }

        var key = _keys.Combine("old");
        var export = await CommandLine.RunAsync(
            "log", "export", gateway.DataFolder, "--stream", "readings", "--key-file", key);
        Assert.Contains("PLAINTEXT one", export.Out);
        var stat = await CommandLine.RunAsync("log", "stat", gateway.DataFolder, "--key-file", key);
        Assert.Contains("sealed    'old' (id ", stat.Out);
        var config = _keys.Write("edgestream.yaml", Yaml("old") + $"node: {{dataFolder: \"{gateway.DataFolder}\"}}\n");
        var verified = await CommandLine.RunAsync("log", "verify", "--config", config);
        Assert.Equal((ExitCode.Ok, ""), (verified.ExitCode, verified.Error));
        var broken = _keys.Write("broken", "no key");
        var refused = await CommandLine.RunAsync("log", "stat", gateway.DataFolder, "--key-file", broken);
        Assert.Equal(ExitCode.Config, refused.ExitCode);
        Assert.Contains($"{broken}: a key is 32 bytes", refused.Error);
    }

    [Fact]
    public async Task A_start_without_the_key_ends_with_its_name_and_changes_nothing()
    {
        await using var first = await GatewayUnderTest.StartAsync(Yaml("old"));
        await PostAsync(first, "one");
        await first.Host.StopAsync("the test starts another one");
        var before = Snapshot(first.DataFolder);
        var refused = await Assert.ThrowsAsync<StartException>(() => GatewayUnderTest.StartAsync(
            Yaml("new"), change: start => start with { Config = start.Config with { DataFolder = first.DataFolder } }));
        Assert.Equal(ExitCode.Config, refused.ExitCode);
        Assert.Contains("is encrypted with the key 'old' (id ", refused.Message);
        Assert.Contains("'storage.encryption.keys'", refused.Message);
        Assert.Equal(before, Snapshot(first.DataFolder));
    }

    [Fact]
    public async Task While_a_segment_is_damaged_so_that_it_may_need_any_key_a_reload_may_lose_none()
    {
        WriteKey("other", 3);
        await using var first = await GatewayUnderTest.StartAsync(Yaml("old"));
        await PostAsync(first, "one");
        await first.Host.StopAsync("the test starts another one");
        var readings = Path.Combine(first.DataFolder, "streams", "readings");
        var segment = Directory.GetFiles(readings, "*.log", SearchOption.AllDirectories).Single();
        using (var file = File.OpenHandle(segment, access: FileAccess.Write))
        {
            RandomAccess.Write(file, Enumerable.Repeat((byte)0xEE, 40).ToArray(), 64);
        }

        await using var second = await GatewayUnderTest.StartAsync(
            Yaml("old", "other"),
            change: start => start with { Config = start.Config with { DataFolder = first.DataFolder } });
        Assert.Contains("no key may go", await HealthDetailAsync(second));
        await second.ReloadAsync(Yaml("old"));
        Assert.Contains("lacks the key 'other' (id ", second.Log);
        Assert.Contains("damaged segments may need", second.Log);
    }

    private static SortedDictionary<string, string> Snapshot(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            // The marks of starts and of the running process are not the logs'.
            if (Path.GetFileName(file) is not ("boots" or "lock"))
            {
                files[file] = Convert.ToHexString(
                    System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
            }
        }

        return files;
    }

    private static async Task PostAsync(GatewayUnderTest gateway, string text)
    {
        using var body = new StringContent(
            $$$"""{"records":[{"key":"k","data":{"text":"{{{text}}}"}}]}""", Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync(
            new Uri("/api/streams/readings/records", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> ReadAsync(GatewayUnderTest gateway) =>
        await gateway.Client.GetStringAsync(new Uri("/api/streams/readings/records", UriKind.Relative));

    private static async Task<string> HealthDetailAsync(GatewayUnderTest gateway)
    {
        var checks = (await gateway.GetAsync("/health")).GetProperty("checks").EnumerateArray();
        return checks.Single(check => check.GetProperty("name").GetString() == "encryption")
            .GetProperty("detail").GetString()!;
    }

    private string Yaml(params string[] keys) => GatewayUnderTest.Quiet
        + "storage: {encryption: {keys: ["
        + string.Join(", ", keys.Select(key => $"{{name: {key}, file: \"{_keys.Combine(key)}\"}}")) + "]}}\n";

    private void WriteKey(string name, byte seed)
    {
        var bytes = new byte[32];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(_keys.Combine(name), bytes);
    }
}

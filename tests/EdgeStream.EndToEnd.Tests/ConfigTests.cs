using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A wrong configuration is refused before anything starts, with the line and what is allowed.</summary>
public sealed class ConfigTests
{
    /// <summary>EX_CONFIG of sysexits.h.</summary>
    private const int ConfigExitCode = 78;

    [Theory]
    [InlineData("htpp:\n  port: 8080\n", 1, "http")]
    [InlineData("http:\n  port: 99999\n", 2, "65535")]
    [InlineData("http:\n  port: eighty\n", 2, "eighty")]
    [InlineData("mqtt:\n  port: 1883\n  prot: 1\n", 3, "prot")]
    [InlineData("streams:\n  - name: a b\n", 2, "a b")]
    [InlineData("sensors:\n  board:\n    period: 5\n", 3, "ms, s, m, h or d")]
    [InlineData("rules:\n  - name: r\n    field: f\n", 2, "above")]
    [InlineData("routes:\n  - topic: a/#/b\n    stream: readings\n", 2, "#")]
    [InlineData("deliveries:\n  - name: d\n    stream: nowhere\n    folder: {}\n", 3, "nowhere")]
    [InlineData("http: [\n", 2, "")]
    public async Task A_wrong_file_is_refused_with_its_line_and_what_is_allowed(string text, int line, string expected)
    {
        using var folder = new TemporaryFolder("config");
        var file = folder.Write("edgestream.yaml", text);

        var validated = await Command.RunAsync(NativeBinary.Path, ["validate", "--config", file]);
        var run = await Command.RunAsync(
            NativeBinary.Path,
            ["run", "--config", file, "--data", folder.Combine("data"), "--http-port", "0", "--mqtt-port", "0"]);

        foreach (var result in (CommandResult[])[validated, run])
        {
            Assert.Equal(ConfigExitCode, result.ExitCode);
            Assert.Contains($"{file}:{line}:", result.Error, StringComparison.Ordinal);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(folder.Combine("data")));
    }

    [Fact]
    public async Task Every_error_of_a_file_is_listed()
    {
        using var folder = new TemporaryFolder("config-errors");
        var file = folder.Write("edgestream.yaml", "htpp: {}\nmqtt:\n  port: -1\nlog:\n  level: loud\n");

        var result = await Command.RunAsync(NativeBinary.Path, ["validate", "--config", file]);

        Assert.Equal(ConfigExitCode, result.ExitCode);
        Assert.All([1, 3, 5], line => Assert.Contains($"{file}:{line}:", result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder("config-missing");
        var file = folder.Combine("nowhere.yaml");

        var result = await Command.RunAsync(NativeBinary.Path, ["validate", "--config", file]);

        Assert.Equal(ConfigExitCode, result.ExitCode);
        Assert.Contains(file, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documented_example_is_valid()
    {
        var result = await Command.RunAsync(
            NativeBinary.Path, ["validate", "--config", RepositoryFolder.Combine("deploy", "edgestream.yaml")]);

        Assert.True(result.ExitCode == 0, result.Error);
    }
}

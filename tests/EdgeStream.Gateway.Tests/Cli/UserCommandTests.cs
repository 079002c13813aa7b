using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class UserCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("users");

    [Fact]
    public async Task A_user_is_added_checked_changed_listed_and_removed()
    {
        var file = _folder.Combine("users");
        Assert.Equal((0, $"Added pump in {file}\n"), await RunAsync("secret\n", "add", "pump", "--password-stdin"));
        Assert.DoesNotContain("secret", File.ReadAllText(file));
        Assert.Equal((0, "right\n"), await RunAsync("secret", "check", "pump", "--password-stdin"));
        Assert.Equal((1, "wrong\n"), await RunAsync("Secret", "check", "pump", "--password-stdin"));
        Assert.Equal((1, "wrong\n"), await RunAsync("secret", "check", "nobody", "--password-stdin"));
        Assert.Equal((0, $"Changed pump in {file}\n"), await RunAsync("new\r\n", "add", "pump", "--password-stdin"));
        Assert.Equal((0, "right\n"), await RunAsync("new", "check", "pump", "--password-stdin"));
        await RunAsync("x", "add", "valve", "--password-stdin");
        Assert.Equal((0, "pump\nvalve\n"), await RunAsync("", "list"));
        Assert.Equal((0, $"Removed pump from {file}\n"), await RunAsync("", "remove", "pump"));
        Assert.Equal(1, (await RunAsync("", "remove", "pump")).Code);
        Assert.Equal((0, "valve\n"), await RunAsync("", "list"));
    }

    [Fact]
    public async Task Other_lines_and_the_mode_of_the_file_stay()
    {
        var other = $"other:{MqttPasswordHash.Create("x"u8, 1)}";
        var file = _folder.Write("users", $"# ours\n{other}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await RunAsync("a", "add", "pump", "--password-stdin");
        var lines = File.ReadAllLines(file);
        Assert.Equal(["# ours", other], lines[..2]);
        Assert.StartsWith($"pump:$7${MqttPasswordHash.IterationsDefault}$", lines[2]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_new_file_is_nobody_elses_to_read()
    {
        await RunAsync("a", "add", "pump", "--password-stdin");
        Assert.Equal(
            UnixFileMode.None,
            File.GetUnixFileMode(_folder.Combine("users"))
                & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite));
    }

    [Fact]
    public async Task The_configuration_names_the_file_also_before_it_exists()
    {
        var users = _folder.Combine("named");
        var config = _folder.Write("edgestream.yaml", $"mqtt: {{passwordFile: {users}}}\n");
        var (code, _, error) = await CommandLine.RunAsync(
            false, "secret", "user", "add", "pump", "--password-stdin", "--iterations", "7", "--config", config);
        Assert.True(code == 0, error);
        Assert.StartsWith("pump:$7$7$", File.ReadAllText(users));
        Assert.Contains("The file is new", error);
    }

    [Theory]
    [InlineData("a:b", "no ':'")]
    [InlineData(" a", "white space")]
    public async Task A_name_that_cannot_stand_in_the_file_is_refused(string name, string problem)
    {
        var (code, _, error) = await CommandLine.RunAsync("user", "add", name, "--password-stdin");
        Assert.Equal(64, code);
        Assert.Contains(problem, error);
    }

    [Fact]
    public async Task An_empty_password_and_a_file_that_is_wrong_are_refused()
    {
        Assert.Equal(64, (await RunAsync("\n", "add", "pump", "--password-stdin")).Code);
        Assert.Equal(74, (await RunAsync("", "list")).Code);
        _folder.Write("users", "pump:plain\n");
        Assert.Equal(65, (await RunAsync("", "list")).Code);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, string Out)> RunAsync(string input, string verb, params string[] arguments)
    {
        var (code, output, _) = await CommandLine.RunAsync(
            false, input, ["user", verb, .. arguments, "--file", _folder.Combine("users")]);
        return (code, output);
    }
}

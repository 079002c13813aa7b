using System.Text;
using EdgeStream.Gateway.Actions;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Actions;

/// <summary>Commands as real processes.</summary>
public sealed class ChildProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_command_reads_its_input_and_its_code_and_errors_come_back()
    {
        using var folder = new TemporaryFolder();
        var end = await RunAsync($"cat > {folder.Combine("in")}; echo some trouble >&2; exit 3", Long, "hello");
        Assert.Equal(new ChildEnd(3, 0, false, "some trouble"), end);
        Assert.Equal("hello", File.ReadAllText(folder.Combine("in")));
    }

    [Fact]
    public async Task A_large_input_that_nobody_reads_is_no_error()
    {
        var end = await RunAsync("exit 0", Long, new string('x', 1 << 20));
        Assert.Equal(new ChildEnd(0, 0, false, ""), end);
    }

    [Fact]
    public async Task A_command_gets_no_secrets_from_the_gateways_environment()
    {
        Environment.SetEnvironmentVariable("EDGESTREAM_TEST_SECRET", "s3cret");
        var end = await RunAsync("env >&2", Long);
        Assert.Contains("PATH=", end.Errors);
        Assert.DoesNotContain("s3cret", end.Errors);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_killed_with_what_it_has_started_and_leaves_no_zombie()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("pids");
        var end = await RunAsync($"sleep 1000 & echo $$ $! > {file}; wait", TimeSpan.FromSeconds(1));

        Assert.True(end.IsTimedOut);
        var ids = File.ReadAllText(file).Split(' ', StringSplitOptions.TrimEntries);
        Assert.False(Directory.Exists($"/proc/{ids[0]}"), "the command is still there, perhaps as a zombie");
        await Poll.UntilAsync(() => IsOver(ids[1]));
    }

    [Fact]
    public async Task What_a_command_leaves_behind_in_its_group_goes_with_it()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("pid");
        var end = await RunAsync($"sleep 1000 & echo $! > {file}; exit 0", Long);
        Assert.Equal((0, false), (end.Code, end.IsTimedOut));
        await Poll.UntilAsync(() => IsOver(File.ReadAllText(file).Trim()));
    }

    [Fact]
    public async Task A_command_is_killed_when_nobody_waits_any_more()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("pid");
        using var stop = new CancellationTokenSource();
        var run = ChildProcess.RunAsync(
            Shell($"echo $$ > {file}; sleep 1000"), default, Long, TimeProvider.System, stop.Token);
        await Poll.UntilAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(file).Trim()}"));
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_an_error_that_names_it()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => ChildProcess.RunAsync(
            ["/no/such/program"], default, Long, TimeProvider.System, CancellationToken.None));
        Assert.StartsWith("/no/such/program cannot be started: ", error.Message);
    }

    [Fact]
    public async Task A_command_that_a_signal_ends_says_which()
    {
        Assert.Equal(new ChildEnd(0, 15, false, ""), await RunAsync("kill -TERM $$", Long));
    }

    private static Task<ChildEnd> RunAsync(string script, TimeSpan timeout, string input = "") => ChildProcess.RunAsync(
        Shell(script), Encoding.UTF8.GetBytes(input), timeout, TimeProvider.System, CancellationToken.None);

    private static string[] Shell(string script) => ["/bin/sh", "-c", script];

    /// <summary>Gone, or a zombie of another parent that has not looked yet.</summary>
    private static bool IsOver(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
    }
}

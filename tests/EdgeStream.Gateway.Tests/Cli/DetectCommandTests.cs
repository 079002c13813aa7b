using System.Globalization;
using System.Text;
using EdgeStream.Gateway.Cli;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Gateway.Tests.Cli;

public sealed class DetectCommandTests(ITestOutputHelper print)
{
    [Fact]
    public async Task Each_row_is_repeated_as_it_came_with_a_score_behind_it()
    {
        var (code, output, error) = await DetectAsync(
            "timestamp,value\r\n2026-01-31 12:00:00,1.50\r\n\"2026-01-31T12:05:00+02:00\",\" 2e0 \"\r\n"
                + "1769860800,\n\n");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(
            "timestamp,value,anomaly_score\n2026-01-31 12:00:00,1.50,0\n"
                + "\"2026-01-31T12:05:00+02:00\",\" 2e0 \",0\n1769860800,,0\n",
            output);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Columns_are_found_by_their_names_and_others_left_out()
    {
        var (code, output, _) = await DetectAsync("site,Value,\"timestamp\"\nnorth,7,2026-01-31\n");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("timestamp,value,anomaly_score\n2026-01-31,7,0\n", output);
    }

    [Fact]
    public async Task Whatever_times_and_numbers_come_a_row_is_scored()
    {
        string[] rows =
        [
            "2026-01-31T12:00:00.123456789Z,1", "2026-01-31T12:00:00.123456789Z,1", "2025-01-31 12:00:00.5,2",
            "-99999999,1e308", "1769860800000,-Infinity", "1769860800.25,NaN", "5,1e999", "5,-1e-320", "0,00012",
        ];
        var (code, output, error) = await DetectAsync("timestamp,value\n" + string.Join('\n', rows));
        Assert.Empty(error);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(rows.Select(row => row + ",0"), output.TrimEnd('\n').Split('\n')[1..]);
    }

    [Fact]
    public async Task Lines_that_cannot_be_read_are_named_and_the_others_scored()
    {
        var (code, output, error) = await DetectAsync(
            "timestamp,value\nyesterday,1\n2026-01-31 12:00:00,hot\n2026-01-31 12:00:00\n2026-01-31 12:05:00,3");
        Assert.Equal(ExitCode.Damaged, code);
        Assert.Equal("timestamp,value,anomaly_score\n2026-01-31 12:05:00,3,0\n", output);
        var lines = error.Split('\n');
        Assert.StartsWith("edgestream: line 2: 'yesterday' is no time; write 2026-01-31 12:00:00", lines[0]);
        Assert.StartsWith("edgestream: line 3: 'hot' is no number", lines[1]);
        Assert.StartsWith("edgestream: line 4: '2026-01-31 12:00:00' has no column", lines[2]);
    }

    [Fact]
    public async Task Only_the_first_twenty_bad_lines_are_named()
    {
        var (_, _, error) = await DetectAsync("timestamp,value\n" + string.Concat(Enumerable.Repeat("x,1\n", 50)));
        Assert.Contains("edgestream: line 21:", error);
        Assert.DoesNotContain("edgestream: line 22:", error);
        Assert.Contains("edgestream: 50 lines in all could not be read.", error);
    }

    [Theory]
    [InlineData("", "There is nothing to read")]
    [InlineData("2026-01-31 12:00:00,1\n", "Line 1: '2026-01-31 12:00:00,1' is no header")]
    public async Task Without_a_header_nothing_is_scored(string input, string reason)
    {
        var (code, output, error) = await DetectAsync(input);
        Assert.Equal(ExitCode.Damaged, code);
        Assert.Empty(output);
        Assert.StartsWith("edgestream: " + reason, error);
    }

    [Fact]
    public async Task A_line_without_an_end_is_refused()
    {
        var (code, _, error) = await DetectAsync("timestamp,value\n" + new string('1', 70_000));
        Assert.Equal(ExitCode.Damaged, code);
        Assert.StartsWith("edgestream: Line 2 is longer than 65536 bytes", error);
    }

    [Fact]
    public async Task Alerts_alone_are_written_and_explained()
    {
        var input = Spiked();
        var (code, output, _) = await DetectAsync(input, "--alerts-only", "--explain");
        Assert.Equal(ExitCode.Ok, code);
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal("timestamp,value,anomaly_score,explanation", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("1768125600,500,0.", StringComparison.Ordinal)
            && line.Contains("usual spread", StringComparison.Ordinal));
        Assert.InRange(lines.Length, 2, 25);

        var (_, all, _) = await DetectAsync(input, "--alerts-only", "--threshold", "0");
        Assert.Equal(3002, all.Split('\n').Length);
    }

    [Fact]
    public async Task A_file_is_read_in_place_of_standard_input()
    {
        using var folder = new TemporaryFolder("detect");
        var file = Path.Combine(folder.Path, "in.csv");
        await File.WriteAllTextAsync(file, "timestamp,value\n5,1\n");
        var (code, output, _) = await DetectAsync("", "--file", file);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("timestamp,value,anomaly_score\n5,1,0\n", output);

        (code, _, var error) = await DetectAsync("", "--file", file + ".gone");
        Assert.Equal(ExitCode.InputOutput, code);
        Assert.Contains("in.csv.gone", error);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("high")]
    public async Task A_threshold_that_is_no_score_is_refused(string threshold)
    {
        var (code, _, error) = await DetectAsync("", "--threshold", threshold);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"--threshold: '{threshold}' is no score", error);
    }

    [Fact]
    public async Task Rows_are_written_before_more_is_waited_for()
    {
        var output = new StringWriter();
        using var input = new WatchedInput("timestamp,value\n5,1\n6,2\n", () => output.ToString());
        await CommandTree.InvokeAsync(["detect"], new CommandOutput(output, TextWriter.Null, () => input, false));
        Assert.Equal("timestamp,value,anomaly_score\n5,1,0\n6,2,0\n", input.SeenAtEnd);
    }

    private static Task<(int ExitCode, string Out, string Error)> DetectAsync(
        string input, params string[] arguments) =>
        CommandLine.RunAsync(isTerminal: false, input, ["detect", .. arguments]);

    /// <summary>3,000 values of noise at five minutes, one of them a spike.</summary>
    private string Spiked()
    {
        var random = TestSeed.CreateOr(1, print.WriteLine);
        var text = new StringBuilder("timestamp,value\n");
        for (var index = 0; index < 3000; index++)
        {
            var value = index == 2700 ? 500 : 20 + Math.Round(random.NextDouble(), 3);
            text.Append(CultureInfo.InvariantCulture, $"{1_767_315_600 + (index * 300)},{value}\n");
        }

        return text.ToString();
    }

    /// <summary>Gives its text at the first read and keeps what was written by the second.</summary>
    private sealed class WatchedInput(string text, Func<string> written) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public string? SeenAtEnd { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
            {
                SeenAtEnd ??= written();
            }

            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}

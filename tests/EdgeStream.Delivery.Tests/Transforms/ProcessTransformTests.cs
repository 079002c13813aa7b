using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Delivery.Tests;

/// <summary>With real processes: what every system has.</summary>
public sealed class ProcessTransformTests : IDisposable
{
    /// <summary>Answers with the record's own data.</summary>
    private const string Echo =
        @"sed -u 's/""recordId"":""\([^""]*\)"".*""data\(Base64\)\{0,1\}"":\(.*\)}$/"
        + @"""recordId"":""\1"",""result"":""Ok"",""data\2"":\3}/'";

    private readonly TemporaryFolder _folder = new();
    private ProcessTransform? _transform;

    [Fact]
    public async Task Each_record_becomes_what_the_process_answers()
    {
        var answers = await ApplyAsync(Echo, """{"t":1}""", "no JSON", """{"t":2}""");

        Assert.All(answers, answer => Assert.Equal(TransformOutcome.Ok, answer.Outcome));
        Assert.Equal(["""{"t":1}""", "no JSON", """{"t":2}"""], answers.Select(Chunks.TextOf));
    }

    [Fact]
    public async Task Answers_may_come_in_any_order()
    {
        const string Swapping = """
            while read -r first && read -r second; do
              echo '{"recordId":"shard-1:2","result":"ProcessingFailed"}'
              echo
              echo '{"result":"Dropped","recordId":"shard-1:1"}'
            done
            """;

        var answers = await ApplyAsync(Swapping, "{}", "{}");

        Assert.Equal([TransformOutcome.Dropped, TransformOutcome.Failed], answers.Select(answer => answer.Outcome));
        Assert.Equal("Transform.ProcessingFailed", answers[1].Cause?.Code);
    }

    [Fact]
    public async Task Process_serves_one_chunk_after_another()
    {
        await ApplyAsync($"echo started >> {_folder.Combine("starts")}; exec {Echo}", "1");
        await _transform!.ApplyAsync(Chunks.Of("2", "3"), default);

        Assert.Single(await File.ReadAllLinesAsync(_folder.Combine("starts")));
    }

    [Fact]
    public async Task Process_that_answers_while_it_reads_holds_nothing_up()
    {
        var data = Enumerable.Range(0, 500).Select(number => $"\"{number}{new string('x', 4000)}\"").ToArray();

        var answers = await ApplyAsync(Echo, data);

        Assert.Equal(data, answers.Select(Chunks.TextOf));
    }

    [Fact]
    public async Task Process_that_has_ended_is_started_anew()
    {
        var flag = _folder.Combine("flag");
        var command = $"[ -e {flag} ] && exec {Echo}; touch {flag}; exit 3";

        var error = await Assert.ThrowsAsync<TransformFaultException>(() => ApplyAsync(command, "1"));
        var answers = await _transform!.ApplyAsync(Chunks.Of("1"), default);

        Assert.Contains("The transform 'sh' has ended", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", Chunks.TextOf(Assert.Single(answers)));
    }

    [Fact]
    public async Task Answer_may_be_nested_deeper_than_the_data()
    {
        var data = new string('[', 63) + new string(']', 63);

        var answers = await ApplyAsync(Echo.Replace(@"\3", @"[[\3]]", StringComparison.Ordinal), data);

        Assert.Equal($"[[{data}]]", Chunks.TextOf(Assert.Single(answers)));
    }

    [Theory]
    [InlineData("while read -r line; do echo nonsense; done", "cannot be read")]
    [InlineData("while read -r line; do echo []; done", "cannot be read")]
    [InlineData("""while read -r line; do echo '{"recordId":"shard-1:7","result":"Dropped"}'; done""", "shard-1:7")]
    [InlineData("exec sleep 1000", "has not answered within 1 s")]
    public async Task What_is_no_answer_fails_the_chunk(string command, string reason)
    {
        var error = await Assert.ThrowsAnyAsync<IOException>(() => ApplyAsync(command, "1"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"recordId":"shard-1:1","result":"Maybe"}""", "Transform.InvalidResult")]
    [InlineData("""{"recordId":"shard-1:1","result":"Ok"}""", "Transform.InvalidData")]
    [InlineData("""{"recordId":"shard-1:1","result":"Ok","dataBase64":"?"}""", "Transform.InvalidData")]
    public async Task Answer_that_means_nothing_fails_its_record(string answer, string code)
    {
        var answers = await ApplyAsync($"while read -r line; do echo '{answer}'; done", "1");

        Assert.Equal(code, Assert.Single(answers).Cause?.Code);
    }

    [Fact]
    public async Task Program_that_is_not_there_is_named()
    {
        using var transform = new ProcessTransform(
            new ProcessTransformOptions { Command = [_folder.Combine("nothing")] }, "delivery", "stream", "shard-1",
            NullLogger.Instance);

        var error = await Assert.ThrowsAsync<IOException>(() => transform.ApplyAsync(Chunks.Of("1"), default));

        Assert.Contains("nothing' cannot be started", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _transform?.Dispose();
        _folder.Dispose();
    }

    private Task<TransformAnswer[]> ApplyAsync(string script, params string[] data)
    {
        // Only who does not answer waits so long.
        var seconds = script.Contains("sleep", StringComparison.Ordinal) ? 1 : 60;
        _transform = new ProcessTransform(
            new ProcessTransformOptions { Command = ["sh", "-c", script], TimeoutSeconds = seconds }, "delivery",
            "stream", "shard-1", NullLogger.Instance);
        return _transform.ApplyAsync(Chunks.Of(data), default);
    }
}

using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class TestHonestyTests
{
    [Fact]
    public void No_test_sleeps_or_is_skipped() => Expect.None(TestHonestyRule.Violations(RepositoryTree.Texts));

    [Theory]
    [InlineData("Thread.Sleep(10);", "Thread.Sleep")]
    [InlineData("System.Threading.Thread.Sleep(delay);", "Thread.Sleep")]
    [InlineData("await Task.Delay(100);", "Task.Delay")]
    [InlineData("await Task.Delay(1_000, token).ConfigureAwait(false);", "Task.Delay")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(2));", "Task.Delay")]
    public void Canary_a_sleeping_test_is_found(string statement, string naming) =>
        Expect.One(TestHonestyRule.Violations([Method(statement)]), naming);

    [Theory]
    [InlineData("[Fact(Skip = \"later\")]")]
    [InlineData("[Theory(Skip = Reason)]")]
    public void Canary_a_skipped_test_is_found(string attribute)
    {
        SourceFile file = new("tests/T.cs", $"class T {{ {attribute} void M() {{ }} }}");
        Expect.One(TestHonestyRule.Violations([file]), naming: "skipped");
    }

    [Theory]
    [InlineData("await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(10)));")]
    [InlineData("await Task.Delay(PollInterval, time, token);")]
    public void A_deadline_or_a_polling_interval_passes(string statement) =>
        Expect.None(TestHonestyRule.Violations([Method(statement)]));

    private static SourceFile Method(string statement) =>
        new("tests/T.cs", $"class T {{ async Task M() {{ {statement} }} }}");
}

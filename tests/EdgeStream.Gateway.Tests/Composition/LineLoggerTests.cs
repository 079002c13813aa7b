using EdgeStream.Gateway.Logging;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class LineLoggerTests
{
    [Fact]
    public void A_line_has_time_level_place_message_and_cause()
    {
        var cause = new IOException("broken\nbadly");
        var line = Write(isJournal: false, "EdgeStream.Gateway.Thing", LogLevel.Error, cause);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error Thing: ", line);
        Assert.EndsWith("Z error Thing: Something (IOException: broken | badly)\n", line);
    }

    [Theory]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    public void The_journal_gets_the_priority_instead_of_the_time(LogLevel level, string priority) =>
        Assert.Equal($"{priority}Thing: Something\n", Write(isJournal: true, "EdgeStream.Thing", level));

    [Theory]
    [InlineData("EdgeStream.Thing", LogLevel.Debug)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information)]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Error)]
    public void What_is_below_the_level_or_the_frameworks_own_is_left_out(string category, LogLevel level) =>
        Assert.Empty(Write(isJournal: false, category, level));

    [Fact]
    public void The_level_may_change_while_the_gateway_runs()
    {
        var output = new StringWriter { NewLine = "\n" };
        var level = new LogLevelSwitch(LogLevel.Error);
        using var loggers = new LineLoggerFactory(output, level, isJournal: true, TimeProvider.System);
        var logger = loggers.CreateLogger("Thing");
        logger.Stopped();
        level.Level = LogLevel.Debug;
        logger.Stopped();
        Assert.Equal("<6>Thing: Stopped; everything accepted is on disk.\n", output.ToString());
    }

    private static string Write(bool isJournal, string category, LogLevel level, Exception? error = null)
    {
        var output = new StringWriter { NewLine = "\n" };
        var levels = new LogLevelSwitch(LogLevel.Information);
        using var loggers = new LineLoggerFactory(output, levels, isJournal, TimeProvider.System);
        loggers.CreateLogger(category).Log(level, default, "Something", error, static (text, _) => text);
        return output.ToString();
    }
}

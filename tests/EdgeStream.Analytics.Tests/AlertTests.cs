using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Analytics.Tests;

public sealed class AlertTests
{
    private const string Text =
        """{"id":"0f","rule":"hot","severity":"critical","state":"resolved","key":"kiln \"1\" ü","field":"t","value":"""
        + """31.5,"threshold":30,"message":"31.5 °C","firedAt":"2026-11-20T14:30:00.123Z","resolvedAt":"2026"""
        + """-11-20T14:31:00.000Z"}""";

    private static readonly Alert Resolved = new()
    {
        Id = "0f",
        Rule = "hot",
        Severity = RuleSeverity.Critical,
        State = AlertState.Resolved,
        Key = "kiln \"1\" ü",
        Field = "t",
        Value = 31.5,
        Threshold = 30,
        Message = "31.5 °C",
        FiredAt = Timestamp.FromUnixMilliseconds(1_795_185_000_123),
        ResolvedAt = Timestamp.FromUnixMilliseconds(1_795_185_060_000),
    };

    [Fact]
    public void The_record_of_an_alert_is_frozen()
    {
        Assert.Equal(Text, Encoding.UTF8.GetString(AlertJson.ToBytes(Resolved)));
        Assert.True(AlertJson.TryRead(AlertJson.ToBytes(Resolved), out var read));
        Assert.Equal(Resolved, read);
    }

    [Fact]
    public void A_firing_alert_has_no_time_of_resolution()
    {
        var firing = Resolved with { State = AlertState.Firing, ResolvedAt = null, Severity = RuleSeverity.Info };
        var bytes = AlertJson.ToBytes(firing);

        Assert.DoesNotContain("resolvedAt", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.True(AlertJson.TryRead(bytes, out var read));
        Assert.Equal(firing, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":1}""")]
    public void What_is_no_alert_is_not_read(string text) =>
        Assert.False(AlertJson.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void The_book_lists_firing_alerts_first_and_then_the_newest()
    {
        var book = new AlertBook(10);
        book.Apply(At("a", 1, 5));
        book.Apply(At("b", 2));
        book.Apply(At("c", 3));
        book.Apply(At("d", 4, 9));

        Assert.Equal("c b d a", string.Join(' ', book.Snapshot().Select(alert => alert.Id)));
    }

    [Fact]
    public void A_full_book_forgets_the_alert_that_resolved_first_and_then_the_one_that_fired_first()
    {
        var book = new AlertBook(2);
        book.Apply(At("a", 1));
        book.Apply(At("b", 2, 3));
        book.Apply(At("c", 4));
        Assert.Equal("c a", string.Join(' ', book.Snapshot().Select(alert => alert.Id)));

        book.Apply(At("d", 5));
        Assert.Equal("d c", string.Join(' ', book.Snapshot().Select(alert => alert.Id)));
        Assert.Equal(1, book.DroppedFiring);
    }

    [Fact]
    public void A_firing_record_that_comes_again_does_not_undo_the_resolved_one()
    {
        var book = new AlertBook(2);
        book.Apply(At("a", 1));
        book.Apply(At("a", 1, 2));
        book.Apply(At("a", 1));

        Assert.Equal(AlertState.Resolved, Assert.Single(book.Snapshot()).State);
    }

    private static Alert At(string id, long fired, long? resolved = null) => Resolved with
    {
        Id = id,
        State = resolved is null ? AlertState.Firing : AlertState.Resolved,
        FiredAt = new Timestamp(fired),
        ResolvedAt = resolved is { } time ? new Timestamp(time) : null,
    };
}

using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Analytics.Tests;

/// <summary>What an action keeps, and what it puts aside.</summary>
public sealed class ActionFormatTests
{
    private static readonly Alert Firing = new()
    {
        Id = "0f", Rule = "hot", Severity = RuleSeverity.Info, State = AlertState.Firing, Key = "k", Field = "t",
        Value = 31, Threshold = 30, Message = "m", Labels = new LabelSet([new("b", "2"), new("a", "1")]),
        FiredAt = Timestamp.FromUnixMilliseconds(1_795_185_000_123),
    };

    [Fact]
    public void The_labels_of_an_alert_stand_behind_its_other_members_in_the_order_of_their_names()
    {
        var text = """
            {"id":"0f","rule":"hot","severity":"info","state":"firing","key":"k","field":"t","value":31,
            "threshold":30,"message":"m","firedAt":"2026-11-20T14:30:00.123Z","labels":{"a":"1","b":"2"}}
            """.ReplaceLineEndings("");
        Assert.Equal(text, Encoding.UTF8.GetString(AlertJson.ToBytes(Firing)));
        Assert.True(AlertJson.TryRead(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Equal(Firing, read);
    }

    [Fact]
    public void The_layout_of_an_entry_is_frozen()
    {
        var entry = new ActionEntry(Firing, 0)
        {
            IsTold = true, ToldAt = 0x0102030405060708,
            Resolved = AlertSink.Resolve(Firing, 20, Timestamp.FromUnixMilliseconds(1_795_185_060_000)),
        };
        var bytes = entry.ToBytes();
        var length = AlertJson.ToBytes(Firing).Length;
        Assert.Equal($"01010807060504030201{length:X2}000000", Convert.ToHexString(bytes.AsSpan(0, 14)));
        Assert.Equal(AlertJson.ToBytes(Firing), bytes[14..(14 + length)]);
        Assert.Equal(AlertJson.ToBytes(entry.Resolved), bytes[(14 + length)..]);

        var read = ActionEntry.Read(bytes, 5)!;
        Assert.Equal((Firing, entry.Resolved, true, 0x0102030405060708, 5), (
            read.Firing, read.Resolved, read.IsTold, read.ToldAt, read.SeenAt));
        Assert.Null(ActionEntry.Read(bytes.AsSpan(0, 20), 0));
        Assert.Null(ActionEntry.Read([2, .. bytes[1..]], 0));
    }

    [Fact]
    public void The_record_of_a_notification_that_was_given_up_is_frozen()
    {
        var notification = new AlertNotification
        {
            Action = "act", GroupKey = "g", GroupLabels = LabelSet.None, Changes = [Firing], Alerts = [Firing],
            IsAnyFiring = true,
        };
        Assert.Equal(
            """{"action":"act","kind":"webhook","reason":"no","attempts":3,"at":"2026-11-20T14:30:00.123Z","""
                + $"\"groupKey\":\"g\",\"alerts\":[{Encoding.UTF8.GetString(AlertJson.ToBytes(Firing))}]}}",
            Encoding.UTF8.GetString(ActionErrors.ToBytes(notification, "webhook", "no", 3, Firing.FiredAt)));
    }
}

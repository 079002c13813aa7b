using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class EventIdTests
{
    [Fact]
    public void Log_event_ids_are_unique_and_in_their_rooms_range() =>
        Expect.None(EventIdRule.Violations(RepositoryTree.Texts));

    [Theory]
    [InlineData("[LoggerMessage(EventId = 2001, Level = LogLevel.Error)]", "event id 2001 is outside")]
    [InlineData("[LoggerMessage(999, LogLevel.Error, \"x\")]", "event id 999 is outside")]
    [InlineData("[LoggerMessage(LogLevel.Error, \"x\")]", "no event id")]
    [InlineData("[LoggerMessage(EventId = Ids.First)]", "no event id")]
    [InlineData("EventId Id => new EventId(5000, \"x\");", "event id 5000 is outside")]
    public void Canary_an_event_id_out_of_range_or_missing_is_found(string member, string naming) =>
        Expect.One(EventIdRule.Violations([Log("Mqtt", member + " partial void A();")]), naming);

    [Fact]
    public void Canary_an_event_id_used_twice_is_found()
    {
        SourceFile log = Log(
            "Devices", "[LoggerMessage(2001)] partial void A(); [LoggerMessage(EventId = 2001)] partial void B();");
        Expect.One(EventIdRule.Violations([log]), naming: "2001 is already used");
    }

    [Fact]
    public void Canary_a_room_without_a_range_may_not_log() =>
        Expect.One(
            EventIdRule.Violations([Log("Sql", "[LoggerMessage(1000)] partial void A();")]),
            naming: "outside its room's range");

    [Theory]
    [InlineData("Mqtt", 1000)]
    [InlineData("Devices", 2999)]
    [InlineData("Gateway", 5000)]
    public void An_event_id_in_range_passes(string room, int id) => Expect.None(EventIdRule.Violations(
        [Log(room, $"[LoggerMessage(EventId = {id}, Level = LogLevel.Error, Message = \"x\")] partial void A();")]));

    private static SourceFile Log(string room, string members) =>
        new($"src/EdgeStream.{room}/Log.cs", $"namespace N;\nstatic partial class Log {{ {members} }}");
}

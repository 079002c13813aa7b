using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Delivery.Tests;

/// <summary>Names of other records never meet at a destination that several data folders share.</summary>
public class StoreIdTests
{
    [Fact]
    public async Task An_id_is_eight_lower_case_hexadecimal_digits_under_a_frozen_key()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        var id = await new StoreId(stage.Store.State).GetAsync();
        Assert.Matches("^[0-9a-f]{8}$", id);
        Assert.True(stage.Store.State.TryGet("deliveries-store-id", out var bytes));
        Assert.Equal(id, Encoding.ASCII.GetString(bytes.Span));
    }

    [Fact]
    public async Task Objects_carry_the_same_id_before_and_after_a_kill()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        await DeliverAsync(stage, 1);
        await stage.ReopenAsync(stage.CopyOfFolder());
        await DeliverAsync(stage, 2);
        Assert.Equal(2, stage.Destination.Objects.Count);
        Assert.Single(Ids(stage.Destination));
        Assert.Equal(await new StoreId(stage.Store.State).GetAsync(), Assert.Single(Ids(stage.Destination)));
    }

    [Fact]
    public async Task Two_gateways_alike_that_share_a_destination_replace_nothing_of_each_other()
    {
        await using var one = await DeliveryStage.OpenAsync();
        await using var other = await DeliveryStage.OpenAsync(
            definition => definition with { Destination = one.Destination.Options });
        await DeliverAsync(one, 1);
        await DeliverAsync(other, 1);
        Assert.Equal(2, one.Destination.Objects.Count);
        Assert.Equal(2, Ids(one.Destination).Count);
    }

    [Fact]
    public async Task A_stream_made_anew_replaces_nothing_of_the_earlier_one()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        await DeliverAsync(stage, 1);
        await stage.StopEngineAsync();
        await stage.Store.DeleteAsync(DeliveryStage.StreamName);
        await stage.ReopenAsync();
        await DeliverAsync(stage, 1);
        Assert.Equal(2, stage.Destination.Objects.Count);
        Assert.Equal(2, Ids(stage.Destination).Count);
    }

    [Fact]
    public async Task A_value_that_is_no_id_is_reported_and_never_becomes_part_of_a_name()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        await stage.Store.State.CommitAsync(new StateBatch().Put(StoreId.Key, "../../.."u8));
        var exception = await Assert.ThrowsAsync<InvalidDataException>(
            async () => await new StoreId(stage.Store.State).GetAsync());
        Assert.Contains("deliveries-store-id", exception.Message, StringComparison.Ordinal);
    }

    private static async Task DeliverAsync(DeliveryStage stage, int deliveredRecords)
    {
        await stage.AppendAsync("k", "{\"value\":1}");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == deliveredRecords);
    }

    private static List<string> Ids(ScriptedDestination destination) =>
        [.. destination.Objects.Keys.Select(name => Path.GetFileName(name).Split('-')[1]).Distinct()];
}

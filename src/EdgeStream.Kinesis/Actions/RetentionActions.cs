using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>How long streams keep their records.</summary>
internal static class RetentionActions
{
    private const int HoursMin = 24;
    private const int HoursMax = 8760;

    internal static ValueTask IncreaseAsync(ActionCall call)
    {
        var (stream, hours, present) = Check(call);
        return hours < present
            ? throw ApiException.InvalidArgument(
                $"Requested retention period ({hours} hours) for stream {stream.Name} can not be shorter than existing "
                    + $"retention period ({present} hours). Use DecreaseRetentionPeriod API.")
            : ChangeAsync(call, stream, hours);
    }

    internal static ValueTask DecreaseAsync(ActionCall call)
    {
        var (stream, hours, present) = Check(call);
        return hours > present
            ? throw ApiException.InvalidArgument(
                $"Requested retention period ({hours} hours) for stream {stream.Name} can not be longer than existing "
                    + $"retention period ({present} hours). Use IncreaseRetentionPeriod API.")
            : ChangeAsync(call, stream, hours);
    }

    /// <summary>The retention in hours, what is begun counted as a whole one.</summary>
    internal static int HoursOf(DataStream stream) => (int)Math.Ceiling(stream.Definition.RetentionAge.TotalHours);

    private static (DataStream Stream, int Hours, int Present) Check(ActionCall call)
    {
        var stream = call.Stream();
        var hours = call.Request.Integer("RetentionPeriodHours")!.Value;
        if (hours < HoursMin)
        {
            throw ApiException.InvalidArgument(
                $"Minimum allowed retention period is {HoursMin} hours. Requested retention period ({hours} hours) is "
                    + "too short.");
        }

        if (hours > HoursMax)
        {
            throw ApiException.InvalidArgument(
                $"Maximum allowed retention period is {HoursMax} hours. Requested retention period ({hours} hours) is "
                    + "too long.");
        }

        return (stream, hours, HoursOf(stream));
    }

    private static async ValueTask ChangeAsync(ActionCall call, DataStream stream, int hours)
    {
        call.RequireOwn(stream, "its retention");
        await call.Service.Store.ChangeDefinitionAsync(
            stream.Name, old => old with { RetentionAge = TimeSpan.FromHours(hours) }).ConfigureAwait(false);
    }
}

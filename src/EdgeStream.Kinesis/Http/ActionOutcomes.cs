namespace EdgeStream.Kinesis;

/// <summary>Which outcome an error is.</summary>
internal static class ActionOutcomes
{
    internal static ActionOutcome Of(ApiException error) => error.Type switch
    {
        ErrorType.Throughput or ErrorType.LimitExceeded or ErrorType.ServiceUnavailable
            or ErrorType.ServiceUnavailableNow => ActionOutcome.Throttled,
        _ => error.StatusCode >= 500 ? ActionOutcome.Failed : ActionOutcome.Refused,
    };
}

namespace EdgeStream.Kinesis;

/// <summary>One action of the API.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Target">What calls it, in the header <c>X-Amz-Target</c>.</param>
/// <param name="SigningName">The service that signatures must name.</param>
/// <param name="Shape">What it takes.</param>
/// <param name="Run">What it does; errors are thrown as <see cref="ApiException"/>.</param>
/// <param name="Index">Its place among all actions.</param>
internal sealed record ActionDefinition(
    string Name, string Target, string SigningName, Shape Shape, Func<ActionCall, ValueTask> Run, int Index)
{
    /// <summary>Whether it touches nothing but memory until it waits, and takes a fraction of a millisecond where the
    /// request is small: then it is served by the thread that has read the request.</summary>
    internal bool IsBrief { get; init; }
}

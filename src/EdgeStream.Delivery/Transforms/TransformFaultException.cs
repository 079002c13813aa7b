namespace EdgeStream.Delivery;

/// <summary>A transform has got records and has failed over them: one of them may be the reason.</summary>
internal sealed class TransformFaultException(string message, Exception? inner = null) : IOException(message, inner);

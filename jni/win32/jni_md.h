/*
** What jni.h expects of the machine, for Windows. A cross build takes jni.h itself from a JDK of
** the machine that it runs on.
*/
#ifndef LUPINE_JNI_MD_H
#define LUPINE_JNI_MD_H

#define JNIEXPORT  __declspec(dllexport)
#define JNIIMPORT  __declspec(dllimport)
#define JNICALL    __stdcall

typedef int jint;
typedef long long jlong;
typedef signed char jbyte;

#endif
